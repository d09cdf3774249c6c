import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compressionOf, contentOf } from '../../../src/connectors/files/content.ts'
import { asUtf8, encodingName } from '../../../src/connectors/files/encoding.ts'
import { findFiles } from '../../../src/connectors/files/glob.ts'
import { tempFolder } from '../../temp-folder.ts'

async function read(path: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of contentOf(path, await compressionOf(path))) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await tempFolder()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

const paths = async (glob: string, root: string) => (await findFiles(glob, root)).map((file) => file.path)

test('globs name files at any depth, in order, and hidden ones only when told', async () => {
  const root = await folderWith({
    'b/2.csv': '',
    'b/1.csv': '',
    'a.csv': '',
    'b/c/3.csv': '',
    '.x/4.csv': '',
    'd.txt': '',
  })
  expect(await paths('**/*.csv', root)).toEqual(['a.csv', 'b/1.csv', 'b/2.csv', 'b/c/3.csv'])
  expect(await paths('b/{1,c/3}.csv', root)).toEqual(['b/1.csv', 'b/c/3.csv'])
  expect(await paths('?.{csv,txt}', root)).toEqual(['a.csv', 'd.txt'])
  expect(await paths('.x/*', root)).toEqual(['.x/4.csv'])
  expect(await paths('b/**', root)).toEqual(['b/1.csv', 'b/2.csv', 'b/c/3.csv'])
  expect(await paths('nothing/*.csv', root)).toEqual([])
})

test('a name with glob signs is found as it is written', async () => {
  const root = await folderWith({ 'a[1].csv': 'x' })
  expect(await paths('a[1].csv', root)).toEqual(['a[1].csv'])
})

test('files outside the project are recorded by their absolute path, links are followed once', async () => {
  const outside = await folderWith({ 'x.csv': '1', 'deep/y.csv': '2' })
  const root = await folderWith({ 'keep.txt': '' })
  await symlink(outside, join(root, 'link'))
  expect(await paths(join(outside, '*.csv'), root)).toEqual([join(outside, 'x.csv')])
  expect(await paths('link/*.csv', root)).toEqual(['link/x.csv'])
})

test('a missing file, a folder and a folder that cannot be listed are told apart', async () => {
  const root = await folderWith({ 'd/x.csv': '' })
  await expect(findFiles('no.csv', root)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await expect(findFiles('d', root)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test.skipIf(process.getuid?.() === 0)('a folder without permission is named', async () => {
  const root = await folderWith({ 'd/x.csv': '' })
  await chmod(join(root, 'd'), 0)
  await expect(findFiles('*/x.csv', root)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  await chmod(join(root, 'd'), 0o700)
})

test('compression is told by content, and every member of an archive is read', async () => {
  const root = await folderWith({
    'plain.gz': 'a\n',
    'x.csv': Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]),
    'z.csv': Buffer.concat([zstdCompressSync('a\n'), zstdCompressSync('b\n')]),
    empty: '',
  })
  expect(String(await read(join(root, 'plain.gz')))).toBe('a\n')
  expect(String(await read(join(root, 'x.csv')))).toBe('a\nb\n')
  expect(String(await read(join(root, 'z.csv')))).toBe('a\nb\n')
  expect(String(await read(join(root, 'empty')))).toBe('')
})

test('a cut or damaged archive is an error that names the file', async () => {
  const spoilt = gzipSync('hello')
  spoilt[spoilt.length - 6] = (spoilt[spoilt.length - 6] as number) ^ 1
  const root = await folderWith({
    'cut.gz': gzipSync('hello'.repeat(1000)).subarray(0, 30),
    'spoilt.gz': spoilt,
    'tail.zst': Buffer.concat([zstdCompressSync('hello'), Buffer.from('xx')]),
    'cut.zst': zstdCompressSync('hello'.repeat(1000)).subarray(0, -4),
  })
  for (const name of ['cut.gz', 'spoilt.gz', 'cut.zst', 'tail.zst'])
    await expect(read(join(root, name))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(name),
    })
})

test.each([
  ['gb18030', [0xd3, 0xc3, 0xbb, 0xa7, 10], '用户\n'],
  ['windows-1252', [0xe9, 10], 'é\n'],
  ['utf-16le', [0xff, 0xfe, 0xe9, 0, 10, 0], 'é\n'],
  ['shift_jis', [0x83, 0x65, 0xff, 10], 'テ\ufffd\n'],
])('%s becomes UTF-8, split anywhere', async (encoding, bytes, text) => {
  async function* single() {
    for (const byte of bytes) yield Buffer.from([byte])
  }
  const pieces: Buffer[] = []
  for await (const piece of asUtf8(single(), encodingName(encoding))) pieces.push(piece)
  expect(String(Buffer.concat(pieces))).toBe(text)
})

test('an unknown encoding is refused', () => {
  expect(() => encodingName('utf-9')).toThrow(expect.objectContaining({ code: 'ENCODING_UNKNOWN' }))
})
