import { MillraceError } from '../core/errors.ts'
import { parseSql } from '../sql/parse.ts'
import { assertSafe } from '../sql/safety.ts'
import { parseHeader } from './definition/header.ts'
import { inModel } from './definition/in-model.ts'
import { splitFile, withoutSemicolons } from './definition/split.ts'
import type { Model } from './model.ts'

/** A file of the folder `models`. */
export interface ModelFile {
  /** The model's name. */
  readonly name: string
  /** Relative to the project. */
  readonly file: string
  readonly text: string
}

/**
 * Reads a model: its header and one SELECT. MODEL_HEADER_INVALID, MODEL_UNKNOWN_NAME and MODEL_SQL_INVALID with the
 * place in its file. Whether its tables and columns exist is known once it is bound.
 */
export async function defineModel({ name, file, text }: ModelFile): Promise<Model> {
  const split = splitFile(text)
  if (split.unclosed !== undefined)
    throw new MillraceError('MODEL_HEADER_INVALID', {
      place: `${file}:${split.unclosed}`,
      reason: 'the comment that begins here has no end',
    })
  const header = parseHeader(file, split.header)
  const sql = withoutSemicolons(split.sql)
  const parsed = await inModel(file, [], async () => {
    // a second statement is told from the text as it was written
    const whole = await parseSql(split.sql)
    assertSafe(whole)
    return sql === split.sql ? whole : parseSql(sql)
  })
  return { name, file, sql, parsed, ...header }
}
