import { type ErrorRow, kinds } from '../../src/core/errors/row.ts'
import { errors } from '../../src/core/errors.ts'
import { type Page, page, table } from './page.ts'

const meanings: Readonly<Record<keyof typeof kinds, string>> = {
  usage: 'what was asked for is wrong',
  data: 'the input’s content is wrong',
  missing: 'something is not there',
  conflict: 'somebody else was first; reading again and trying again can succeed',
  denied: 'not allowed',
  busy: 'the same call can succeed later, unchanged',
  corrupt: 'stored bytes are not what was written',
  bug: 'a fault in Millrace',
}

/** Every code of the table in `src/core/errors.ts`. */
export function errorsPage(): Page {
  const rows = Object.entries(errors as Readonly<Record<string, ErrorRow>>).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return page('errors.md', 'Errors', [
    'A failed command prints the message, a hint and the code; with `--json`, or when stderr is no terminal, they are one line of JSON: `{"code", "message", "hint"}`. Words in braces are filled in. Programs narrow by code: codes are never reused and never change their meaning.',
    table(
      ['kind', 'means', 'exit status', 'HTTP'],
      Object.entries(kinds).map(([kind, { exit, http }]) => [
        kind,
        meanings[kind as keyof typeof kinds],
        String(exit),
        String(http),
      ]),
    ),
    table(
      ['code', 'kind', 'message', 'hint'],
      rows.map(([code, { kind, message, hint }]) => [`\`${code}\``, kind, text(message), text(hint)]),
    ),
  ])
}

/** A text made of nothing but a field has nothing to show in advance. */
function text(message: string): string {
  return /^\{\w+\}$/.test(message) ? '*(says what fits)*' : message.replaceAll('<', '\\<')
}
