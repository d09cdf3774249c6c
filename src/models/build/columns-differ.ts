import { type Columns, typeText } from '../../core/columns.ts'

/** Where stored columns differ from those of a SELECT, in words. */
export function columnsDiffer(has: Columns, gives: Columns): string {
  const find = (columns: Columns, name: string) =>
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  for (const { name, type } of gives) {
    const stored = find(has, name)
    if (!stored) return `it has no column \`${name}\``
    if (typeText(stored.type) !== typeText(type))
      return `its column \`${name}\` is ${typeText(stored.type)}, the model gives ${typeText(type)}`
  }
  const left = has.find(({ name }) => !find(gives, name))
  return left ? `its column \`${left.name}\` is not the model's` : 'its rows are of another origin'
}
