/** Numbers in [0, 1) that depend on the seed alone: Chris Doty-Humphrey's sfc32. */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 | 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = () => {
    const mixed = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + mixed) | 0
    return (mixed >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
