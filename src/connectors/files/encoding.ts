import { MillraceError } from '../../core/errors.ts'

/** The name of an encoding as the Encoding Standard has it; `utf-8` without one. ENCODING_UNKNOWN. */
export function encodingName(encoding: string | undefined): string {
  try {
    return new TextDecoder(encoding ?? 'utf-8').encoding
  } catch {
    throw new MillraceError('ENCODING_UNKNOWN', { encoding: encoding ?? '' })
  }
}

/**
 * Bytes of any encoding as UTF-8, piece by piece; what cannot be decoded becomes U+FFFD. UTF-8 is handed on as it is,
 * so that its faults can be found line by line.
 */
export async function* asUtf8(pieces: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* pieces
    return
  }
  const decoder = new TextDecoder(encoding)
  for await (const piece of pieces) yield Buffer.from(decoder.decode(piece, { stream: true }))
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest)
}
