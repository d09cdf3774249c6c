/** What `server` of a project takes. */
export interface ServerConfig<Stream extends string = string, Table extends string = string> {
  /** Who may ask. Without any token, here or in MILLRACE_ADMIN_TOKEN, the server answers this machine alone. */
  readonly tokens?: TokensConfig<Stream, Table>
  /** Requests a second that each write key and each read token may make, where it says nothing else. Default: any number. */
  readonly requestsPerSecond?: number
  /** Bytes that a body may have, as it is sent and unpacked. Default: 16 MiB. */
  readonly bodyBytes?: number
}

/** Tokens have 16 characters or more; `openssl rand -hex 24` makes one. They belong into the environment: `env('WEB_KEY')`. */
export interface TokensConfig<Stream extends string = string, Table extends string = string> {
  /** May do everything. */
  readonly admin?: readonly string[]
  /** Name → a key that events are sent with. It may stand in a web page. */
  readonly write?: Readonly<Record<string, WriteKeyConfig<Stream>>>
  /** Name → a token that rows are read with. */
  readonly read?: Readonly<Record<string, ReadTokenConfig<Table>>>
}

/** A write key. */
export interface WriteKeyConfig<Stream extends string = string> {
  readonly key: string
  /** The streams that it may send into. */
  readonly streams: 'all' | readonly Stream[]
  /** Origins whose pages may use it, as `https://shop.example`; `*` for all. Default: none, as only servers use it. */
  readonly origins?: readonly string[]
  /** More are told to come again (429): a second's worth may come at once. */
  readonly requestsPerSecond?: number
}

/** A read token: it reads some tables, or sees some dashboards, and nothing else. */
export interface ReadTokenConfig<Table extends string = string> {
  readonly token: string
  /** Streams, tables and models by name; and `millrace.…` tables, each of which tells of all streams and tables. */
  readonly tables?: 'all' | readonly Table[]
  /** Dashboards by name, each with all that is on it. Default: all where `tables` is all, else none. */
  readonly dashboards?: 'all' | readonly string[]
  /** As of a write key. */
  readonly requestsPerSecond?: number
}
