/** 16 MiB as bits: of a million ids held, one in 134 others is taken for one of them. */
const bits = 2 ** 27

/**
 * The ids that a stream's rejects have: who is sent again and accepted closes them. It forgets none, and takes some others
 * for them, for which a mend is written that no reject is closed by.
 */
export class RejectedIds {
  #held: Uint8Array | undefined

  add(id: string): void {
    this.#held ??= new Uint8Array(bits / 8)
    const at = placeOf(id)
    const byte = at >>> 3
    this.#held[byte] = (this.#held[byte] as number) | (1 << (at & 7))
  }

  mayHave(id: string): boolean {
    if (!this.#held) return false
    const at = placeOf(id)
    return ((this.#held[at >>> 3] as number) & (1 << (at & 7))) !== 0
  }
}

/** FNV-1a over the text's code units. */
function placeOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 5
}
