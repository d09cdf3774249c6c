/** The same items, the next of which is on its way while one is looked at. */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    for (;;) {
      const { value, done } = await next
      if (done) return
      next = iterator.next()
      // who does not come back for it is not told
      next.catch(() => undefined)
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}
