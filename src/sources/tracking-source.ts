/** What a source of Segment's events says of itself. */
export interface TrackingOptions<Into extends string = string, All extends string = string> {
  /** The stream of all its events. It is declared by this: its columns are those of Segment's specification. */
  readonly into: All
  /** Name of a `track` event → another stream that takes it too, its properties as columns. */
  readonly routes?: Readonly<Record<string, Into>>
  /** The write key that its events are sent with, or several. Without one a server without tokens takes any. */
  readonly key?: string | readonly string[]
  /** Origins whose pages may send, as `https://shop.example`; `*` for all. */
  readonly origins?: readonly string[]
  /** Requests that are taken a second; more are told to come again. Default: all. */
  readonly requestsPerSecond?: number
  /** How far an event's time may be from when it comes, as a stream's `times`: `{ past: 'any' }` to import history. */
  readonly times?: 'any' | { readonly past?: string; readonly future?: string }
}

/** A declared source of Segment's events. */
export interface TrackingSource<Into extends string = string, All extends string = string>
  extends TrackingOptions<Into, All> {
  readonly kind: 'tracking'
}
