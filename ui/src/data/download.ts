import { type Call, textOf } from './api.ts'

/** Puts an answer that is a text into a file of whoever asks. Throws an ApiError. */
export async function download(path: string, name: string, asked: Call = {}): Promise<void> {
  saveAs(name, '', await textOf(path, asked))
}

/** Puts a text into a file of whoever looks. */
export function saveAs(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
