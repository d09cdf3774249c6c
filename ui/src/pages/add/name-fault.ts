/** What is wrong with the name of a table, as the server would say it; it alone knows which are taken. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'A table has a name'
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return 'Lower-case letters, digits and _, and a letter first'
  return name.length > 100 ? 'A name has at most 100 letters' : undefined
}
