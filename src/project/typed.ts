/** The JavaScript value of each type, as a client gives it. */
interface ValueOf {
  boolean: boolean
  smallint: number
  integer: number
  bigint: bigint | number
  float: number
  double: number
  varchar: string
  date: string
  timestamptz: string | Date
  uuid: string
  json: unknown
  blob: Uint8Array | string
}

type Scalar = keyof ValueOf
type Decimal = `decimal(${number},${number})` | `decimal(${number}, ${number})`
type Nested = `${Scalar | Decimal}[]` | `struct(${string})` | `map(${string})`

/** A column's type and whether it may be NULL, as the project file writes it: `'bigint not null'`. */
export type ColumnText = Scalar | Decimal | Nested | `${Scalar | Decimal | Nested} not null`

/** What `column()` says beside the type. */
export interface ColumnOptions {
  /** The header, or the JSON path (`$.a.b`), that the value comes from. Default: the column's name. */
  readonly from?: string
  /** Forms of time accepted besides ISO 8601: `epoch_s`, `epoch_ms`, `epoch_us` or strptime patterns. */
  readonly format?: string | readonly string[]
  /** Texts that mean NULL. Default: those of the source. */
  readonly nulls?: readonly string[]
  /** Personal data: masked in previews, rejects, logs and errors. */
  readonly pii?: boolean
  /** The name that the column had before: its values are kept under the new one. */
  readonly was?: string
}

/** A column with more said about it than its type. */
export interface ColumnConfig<Text extends ColumnText = ColumnText> extends ColumnOptions {
  readonly type: Text
}

export type ColumnsConfig = Readonly<Record<string, ColumnText | ColumnConfig>>

type TextOf<C extends ColumnText | ColumnConfig> = C extends ColumnText
  ? C
  : C extends ColumnConfig<infer T>
    ? T
    : never
type Bare<Text extends string> = Text extends `${infer Type} not null` ? Type : Text
type Value<Type extends string> = Type extends Scalar
  ? ValueOf[Type]
  : Type extends Decimal
    ? string | number
    : Type extends `${infer Item}[]`
      ? readonly Value<Item>[]
      : unknown

type Required<C extends ColumnsConfig> = {
  [Name in keyof C]: TextOf<C[Name]> extends `${string} not null` ? Name : never
}[keyof C]

type Flat<T> = { [K in keyof T]: T[K] }

/** A row of these columns as JavaScript gives it: `not null` columns must be there, others may be null or absent. */
export type RowOf<C extends ColumnsConfig> = Flat<
  { readonly [Name in Required<C>]: Value<Bare<TextOf<C[Name]>>> } & {
    readonly [Name in Exclude<keyof C, Required<C>>]?: Value<Bare<TextOf<C[Name]>>> | null
  }
>

/** The columns whose type, as the project file writes it, begins with one of these words. */
export type NamesOf<C extends ColumnsConfig, Types extends string> = {
  [Name in keyof C & string]: Bare<TextOf<C[Name]>> extends Types ? Name : never
}[keyof C & string]
