/** A customer as text; ids are as long as that of the last. */
export function customerText(at: number, many: number) {
  const id = String(at).padStart(String(many - 1).length, '0')
  return {
    id,
    name: `Customer ${at}`,
    city: `City ${at % 97}`,
    since: `2019-0${(at % 9) + 1}-11`,
    points: `${at % 1009}`,
  }
}
