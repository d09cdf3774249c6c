/**
 * Why a row was refused. A row has one code: its first breach, in this order, columns in their declared order before
 * rules in theirs.
 */
export const rejectCodes = {
  bad_encoding: 'the line or event holds bytes that the encoding does not have',
  nul_byte: 'the line or event holds a NUL byte, an event also as `\\u0000`',
  line_too_long: 'the line or event is longer than 2 MB',
  bad_json: 'the line or event is no JSON, or holds half a surrogate pair',
  too_deep: 'the event has more than 100 brackets within each other',
  reserved: 'the event has a key that begins with `_`, which no column is `from`, or a text that is Millrace’s own',
  not_an_object: 'the line or event is JSON, but not an object',
  not_json: 'the line is not one JSON object',
  duplicate_key: 'the JSON object has a key twice',
  unknown_field: 'the row has a field that no column takes, and `unknown` is `reject`',
  type: 'the text of a field is none of the forms of its column’s type',
  not_null: 'a column that is declared `not null` has no value',
  partition_range: 'the time that places the row in a partition lies outside the years 0001 to 9999 of the zone',
  id_conflict: 'another event has the id already, with other content',
  time_range: 'the event’s time is further from now than events may be',
  'rule:<name>': 'the rule of that name is false for the row',
  rule_error: 'a rule could not be worked out for the row (a division by zero, a cast that failed)',
} as const
