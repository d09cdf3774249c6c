/**
 * Why a row was refused. A row has one code: its first breach, in this order, columns in their declared order before
 * rules in theirs.
 */
export const rejectCodes = {
  not_json: 'the line is not one JSON object',
  duplicate_key: 'the JSON object has a key twice',
  unknown_field: 'the row has a field that no column takes, and `unknown` is `reject`',
  type: 'the text of a field is none of the forms of its column’s type',
  not_null: 'a column that is declared `not null` has no value',
  partition_range: 'the time that places the row in a partition lies outside the years 0001 to 9999 of the zone',
  'rule:<name>': 'the rule of that name is false for the row',
  rule_error: 'a rule could not be worked out for the row (a division by zero, a cast that failed)',
} as const
