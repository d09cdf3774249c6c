import { queryAnswer, queryRequest } from '../../api/query.ts'
import { MillraceError } from '../../core/errors.ts'
import { stringifyExact } from '../../core/json.ts'
import { parseReadPoint } from '../../query/read-point.ts'
import { rowsText } from '../../query/results.ts'
import { tablesOf } from '../access.ts'
import type { Doors } from '../doors.ts'
import { type Asked, bodyOf, type Route } from '../route.ts'

/** Characters of an answer, which is made whole before it is sent: only then its status is known. */
const answerLimit = 64 * 1024 * 1024

/** Queries that run at once; more are told to come again. */
const concurrent = 16

export function queryRoutes(doors: Doors): readonly Route[] {
  let running = 0
  return [
    {
      method: 'POST',
      path: '/v1/query',
      summary: 'The rows of one SELECT, in which all is that was acknowledged before it came',
      need: 'tables',
      takes: { type: 'application/json', shape: queryRequest },
      gives: queryAnswer,
      async handle(asked) {
        if (running >= concurrent)
          throw new MillraceError('REQUESTS_TOO_MANY', { limit: concurrent, unit: 'for queries at once' })
        running++
        try {
          return { text: await answerText(doors, asked) }
        } finally {
          running--
        }
      },
    },
  ]
}

async function answerText(doors: Doors, { body, grant, context }: Asked): Promise<string> {
  const started = performance.now()
  const { sql, params, at, limit, timeout_ms: timeoutMs, quote64 } = bodyOf(queryRequest, body)
  const options = {
    at: parseReadPoint(at === undefined ? [] : [at].flat(), doors.timezone),
    limits: { rows: limit, timeoutMs },
    ...(params && { parameters: params }),
  }
  await using answer = await doors.query(sql, options, tablesOf(grant), context)
  const head = `{"columns":${JSON.stringify(answer.columns.map(({ name, type }) => ({ name, type })))},"rows":`
  const parts = [head]
  let length = head.length
  for await (const part of rowsText(answer, { quote64 })) {
    length += part.length
    if (length > answerLimit) throw new MillraceError('ANSWER_TOO_LARGE', { limit: answerLimit })
    parts.push(part)
  }
  const position = stringifyExact(answer.position)
  // of what was read as of before, nobody knows what was over then
  const unfinished =
    at === undefined ? await doors.unfinished({ sql, columns: answer.columns, ms: answer.atMs }, context) : {}
  const elapsed = Math.round(performance.now() - started)
  const rest = JSON.stringify({ unfinished, truncated: answer.truncated, elapsed_ms: elapsed })
  return `${parts.join('')},"position":${position},${rest.slice(1)}`
}
