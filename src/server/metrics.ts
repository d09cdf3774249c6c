import type { StreamView } from '../api/streams.ts'
import type { MillEvent } from '../core/events.ts'
import { expositionOf, type Family } from './metrics/exposition.ts'
import { Durations, Tally } from './metrics/tally.ts'

const requestBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const tileBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const flushBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** What the server has done since it began. */
export class Metrics {
  readonly #requests = new Tally()
  readonly #latencies = new Durations(requestBounds)
  readonly #commits = new Tally()
  readonly #flushes = new Durations(flushBounds)
  readonly #tiles = new Durations(tileBounds)

  /** `route`: as it is declared, so that there are few. */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.add({ method, route, status: String(status) })
    // that is listened to for hours
    if (route !== '/v1/changes') this.#latencies.note({ method, route }, seconds)
  }

  /** What operations emit. */
  note(event: MillEvent): void {
    if (event.type === 'stream.flushed') this.#flushes.note({ stream: event.stream }, event.seconds)
    if (event.type === 'tile.queried') this.#tiles.note({}, event.seconds)
    // not those of Millrace's own tables beside it
    if (event.type === 'table.committed' && !event.table.includes('/')) this.#commits.add({ table: event.table })
  }

  /** Prometheus's text. */
  text(streams: readonly StreamView[]): string {
    return expositionOf([
      this.#requests.family('millrace_http_requests_total', 'Requests answered, by route and status.'),
      this.#latencies.family('millrace_http_request_seconds', 'From a request’s head to the end of its answer.'),
      ...streamFamilies(streams),
      this.#flushes.family('millrace_flush_seconds', 'Writing what a stream held to its table.'),
      this.#tiles.family('millrace_tile_query_seconds', 'Queries run for tiles of dashboards, whoever looks at them.'),
      this.#commits.family('millrace_commits_total', 'Versions committed by this process, by table.'),
      ...processFamilies(),
    ])
  }
}

function streamFamilies(streams: readonly StreamView[]): readonly Family[] {
  const of = (
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    value: (stream: StreamView) => number,
  ): Family => ({
    name: `millrace_stream_${name}`,
    help,
    type,
    samples: streams.map((stream) => ({ labels: { stream: stream.name }, value: value(stream) })),
  })
  return [
    of('counter', 'received_total', 'Events that came, since the stream began.', ({ counts }) => counts.received),
    of('counter', 'accepted_total', 'Events acknowledged as good.', ({ counts }) => counts.accepted),
    of('counter', 'duplicates_total', 'Events that were there already.', ({ counts }) => counts.duplicates),
    of('counter', 'rejected_total', 'Events kept as rejects when they came.', ({ counts }) => counts.rejected),
    of('counter', 'conflicts_total', 'Rejects whose id another event has.', ({ counts }) => counts.conflicts),
    of('counter', 'stored_total', 'Events stored as rows of the table.', ({ counts }) => counts.stored),
    of(
      'counter',
      'rejected_by_rule_total',
      'Accepted events that a rule has refused since.',
      ({ counts }) => counts.rejected_by_rule,
    ),
    of('gauge', 'waiting_records', 'Records of the log that the table has not read.', ({ waiting }) => waiting.records),
    of('gauge', 'waiting_records_limit', 'Of so many, events are refused.', ({ waiting }) => waiting.limit),
    of('gauge', 'unflushed_bytes', 'Bytes of the log that the table has not read.', (stream) => stream.unflushed_bytes),
    of('gauge', 'log_bytes', 'Bytes of the log that are kept.', (stream) => stream.log_bytes),
    of('gauge', 'in_trouble', '1: the table took nothing when it was last tried.', ({ trouble }) =>
      trouble === null ? 0 : 1,
    ),
  ]
}

function processFamilies(): readonly Family[] {
  const { rss, heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const gauge = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: 'gauge',
    samples: [{ value }],
  })
  return [
    gauge('process_resident_memory_bytes', 'Resident memory of the server’s own process.', rss),
    gauge('nodejs_heap_used_bytes', 'Memory of JavaScript’s heap.', heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory of buffers outside the heap.', external),
    {
      name: 'process_cpu_seconds_total',
      help: 'Time of processors used.',
      type: 'counter',
      samples: [{ value: (user + system) / 1e6 }],
    },
  ]
}
