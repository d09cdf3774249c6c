/**
 * Runs `work` over `items`, at most `limit` at a time; results in the order of the items. The first failure stops the
 * start of further items and is thrown once those under way have ended.
 */
export async function mapLimit<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const failures: unknown[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++
      try {
        results[index] = await work(items[index] as Item, index)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  const lanes: Promise<void>[] = []
  for (let count = 0; count < Math.min(limit, items.length); count++) lanes.push(lane())
  for (const running of lanes) await running
  if (failures.length > 0) throw failures[0]
  return results
}
