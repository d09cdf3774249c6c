import { join } from 'node:path'
import { MillraceError } from '../core/errors.ts'

/** The profile that is meant: the one given, else that of the environment, else `local`. USAGE for what can be none. */
export function profileOf(
  given: string | undefined,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const profile = given ?? variables['MILLRACE_PROFILE'] ?? 'local'
  if (/^[a-z0-9][a-z0-9_-]*$/i.test(profile)) return profile
  throw new MillraceError('USAGE', {
    reason: `\`${profile}\` is not a name for a profile`,
    hint: 'a profile is letters, digits, `_` and `-`: it names a folder of .millrace',
  })
}

/** What a project keeps for a profile and can be thrown away; the lock and the socket of whoever writes are in it. */
export function stateFolderOf(projectFolder: string, profile: string): string {
  return join(projectFolder, '.millrace', profile)
}
