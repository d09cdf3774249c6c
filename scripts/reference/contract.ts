import { changeKinds } from '../../src/contract/change.ts'
import { directives } from '../../src/contract/forms/formats.ts'
import { rejectCodes } from '../../src/contract/reject.ts'
import { type Page, page, table } from './page.ts'

/** What is done with rows that break a contract, and with a contract that changes. */
export function contractPage(): Page {
  return page('contract.md', 'Contracts', [
    'A row that breaks the contract is kept whole as a reject, with one code: that of its first breach, in this order; columns in the order in which they are declared, rules in theirs. Values of columns with `pii: true` are left out of messages.',
    table(
      ['code', 'when'],
      Object.entries(rejectCodes).map(([code, when]) => [`\`${code}\``, when]),
    ),
    'A rule is one SQL condition over the declared columns of the row: NULL passes, as in an SQL CHECK. Subqueries, aggregates, windows, and functions that do not say the same each time are refused when the project is read.',
    '## Names and undeclared fields',
    'A field belongs to the column that is named exactly so, else to the first whose name is the same without case and without spaces around; `from` gives another name, or a path into JSON (`$.user.id`). What no column takes is kept in the json column `extra` with all digits of its numbers: undeclared fields, what is left of an object into which a path goes, and the whole of a struct that has members which are not declared. `unknown` drops it instead, or refuses the row.',
    '## Formats of times',
    `The \`format\` of a date or timestamptz column is \`epoch_s\`, \`epoch_ms\`, \`epoch_us\` (timestamptz only), or a strptime pattern of ${Object.keys(
      directives,
    )
      .map((name) => `\`%${name}\``)
      .join(
        ' ',
      )}; it is accepted besides ISO 8601. A pattern that ends in \`UTC\`, \`GMT\` or \`Z\` is in that zone, one with \`%z\` in the zone that the text names, any other in the source’s \`timezone\`, else the project’s. Of a local time that a zone has twice the earlier instant is meant; one that the zone skips does not exist, and is refused.`,
    '## Changes',
    '`millrace plan` compares the declared contract with what is stored; `millrace run` carries out what it shows, in one commit a table. A load applies what is free, and says what else there is to do.',
    table(
      ['change', 'class', 'what is done'],
      Object.entries(changeKinds).map(([kind, { class: cls, does }]) => [`\`${kind}\``, cls, does]),
    ),
  ])
}
