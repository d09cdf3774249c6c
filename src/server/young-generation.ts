import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from growing the young generation of this process past so many bytes (both of its halves), which it may to
 * 128 MiB once much survives at a time. V8 takes a limit only from the command line; by how much it grows it reads anew
 * at each collection, so that growth is switched off at the limit, and on below it, where V8 has shrunk it meanwhile.
 * Two collections within one turn of the event loop may pass the limit by one doubling.
 */
export function limitYoungGeneration(limitBytes: number): Disposable {
  const limit = (): void => {
    const size = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0
    setFlagsFromString(`--semi-space-growth-factor=${size < limitBytes ? 2 : 1}`)
  }
  limit()
  const observer = new PerformanceObserver(limit)
  observer.observe({ entryTypes: ['gc'] })
  return {
    [Symbol.dispose]() {
      observer.disconnect()
      setFlagsFromString('--semi-space-growth-factor=2')
    },
  }
}
