import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { join, sql, value } from '../../sql/text.ts'
import type { Duckdb } from './types.ts'

export interface DuckdbOptions {
  /** What DuckDB may use; past it, it spills to `tempFolder`. */
  readonly memoryBytes: number
  readonly threads: number
  readonly tempFolder: string
  /** At most so much of it; without it nine tenths of the disk's free space. */
  readonly spillBytes?: number
  /** All that queries over a tail can read and write, whatever their relations: the lake's folder. */
  readonly tailFolders?: readonly string[]
  /**
   * `memoryBytes` is for all that runs at once, instead of for each: what a person types runs in the DuckDB that holds the
   * tails and reaches `tailFolders` alone, instead of in one of its own.
   */
  readonly together?: boolean
  /** Whoever asks has looked at what a person typed: see `assertTyped`. */
  readonly looked?: boolean
}

/**
 * Partitions that are written at once. DuckDB's own 100 made 1,905 files of 400 partitions, in the same time; a commit of
 * the lake takes 500 partitions.
 */
const maxOpenFiles = 512

/** What each connection sets for itself, also on an instance that is locked. */
const ownSettings = ['enable_progress_bar', 'enable_progress_bar_print', 'progress_bar_time']

/** A DuckDB in memory, and the connections that are open on it: one connection runs one statement at a time. */
export class Instance {
  readonly options: DuckdbOptions
  readonly #instance: DuckDBInstance
  readonly #open = new Set<DuckDBConnection>()

  private constructor(options: DuckdbOptions, instance: DuckDBInstance) {
    this.options = options
    this.#instance = instance
  }

  /**
   * `ordered`: rows without an ORDER BY come in the order of their files; writing is faster and smaller in memory
   * without it.
   */
  static async open(duckdb: Duckdb, options: DuckdbOptions, ordered: boolean): Promise<Instance> {
    const opened = await duckdb.DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryBytes}B`,
      threads: String(options.threads),
      temp_directory: options.tempFolder,
      preserve_insertion_order: String(ordered),
      errors_as_json: 'true',
      // nothing to write back, and what is dropped goes with its whole table
      checkpoint_threshold: '1TB',
      partitioned_write_max_open_files: String(maxOpenFiles),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const instance = new Instance(options, opened)
    const connection = await instance.connect()
    await connection.run("SET GLOBAL TimeZone = 'UTC'")
    // given when the database is opened, DuckDB forgets it
    if (options.spillBytes !== undefined)
      await connection.run(sql`SET max_temp_directory_size = ${value(`${options.spillBytes}B`)}`.text)
    instance.release(connection)
    return instance
  }

  /** `watched`: it tells its progress, for which DuckDB takes a lock at each step of a statement. */
  async connect({ watched = false } = {}): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect()
    this.#open.add(connection)
    if (watched)
      await connection.run(
        'SET enable_progress_bar_print = false; SET enable_progress_bar = true; SET progress_bar_time = 0',
      )
    return connection
  }

  /**
   * From now on nothing on this machine can be read or written but these files and what lies in these folders, no
   * extension be loaded, and no setting be changed, this one included, but for how connections tell their progress. Spilling to the temporary folder goes on.
   */
  async lock(connection: DuckDBConnection, paths: readonly string[], folders: readonly string[]): Promise<void> {
    const allowed = sql`SET allowed_paths = [${join(paths.map((path) => value(path)))}]; SET allowed_directories = [${join(folders.map((folder) => value(folder)))}]`
    await connection.run(allowed.text)
    await connection.run('SET enable_external_access = false')
    const own = sql`SET allowed_configs = [${join(ownSettings.map((setting) => value(setting)))}]`
    await connection.run(own.text)
    await connection.run('SET lock_configuration = true')
  }

  release(connection: DuckDBConnection): void {
    if (this.#open.delete(connection)) connection.closeSync()
  }

  close(): void {
    for (const connection of this.#open) this.release(connection)
    this.#instance.closeSync()
  }
}
