/**
 * A value as the engine hands it over, exact. bigint columns are bigint, decimals text with all their digits, dates
 * `YYYY-MM-DD`, timestamps `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`, blobs bytes, lists arrays, structs objects, maps arrays of
 * [key, value]; float and double are numbers, NaN and infinities included.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value }
