export { MillraceError } from './core/errors.ts'
export {
  column,
  defineProject,
  type EventOf,
  type EventTimes,
  type External,
  external,
  files,
  type Project,
  type ProjectConfig,
  type ProjectInput,
  type Stream,
  type StreamConfig,
  spool,
  stream,
  type Table,
  type TableConfig,
  table,
  tracking,
} from './project/define.ts'
export type { ReadTokenConfig, ServerConfig, TokensConfig, WriteKeyConfig } from './project/server-config.ts'
export type { ColumnConfig, ColumnOptions, ColumnsConfig, ColumnText } from './project/typed.ts'
export type { FilesOptions, FilesSource } from './sources/files-source.ts'
export type { SpoolOptions, SpoolSource } from './sources/spool-source.ts'
export type { TrackingOptions, TrackingSource } from './sources/tracking-source.ts'
