import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { MillraceError } from '../core/errors.ts'

export interface Environment {
  /** The variable, else the fallback. ENV_MISSING. */
  readonly get: (name: string, fallback?: string) => string
  /** The text with every value that was handed out left out: secrets are never printed. */
  readonly redact: (text: string) => string
}

/** The variables of the process, and below them those of the project's `.env`. */
export function environment(folder: string, variables: Readonly<Record<string, string | undefined>>): Environment {
  const written = readEnv(join(folder, '.env'))
  const given = new Set<string>()
  return {
    get: (name, fallback) => {
      const value = variables[name] ?? written[name]
      if (value === undefined) {
        if (fallback !== undefined) return fallback
        throw new MillraceError('ENV_MISSING', { name })
      }
      given.add(value)
      return value
    },
    redact: (text) =>
      [...given]
        .filter((value) => value !== '')
        .sort((a, b) => b.length - a.length)
        .reduce((shown, value) => shown.replaceAll(value, '***'), text),
  }
}

function readEnv(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new MillraceError('PERMISSION_DENIED', { operation: 'read', path }, error)
  }
}
