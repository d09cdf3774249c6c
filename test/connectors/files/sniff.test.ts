import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findFiles } from '../../../src/connectors/files/glob.ts'
import { sampleFile } from '../../../src/connectors/files/sample.ts'
import { sniffFile } from '../../../src/connectors/files/sniff.ts'
import type { Context } from '../../../src/core/context.ts'
import { tempFolder } from '../../temp-folder.ts'

const context: Context = { signal: new AbortController().signal, emit: () => {}, now: () => 0 }
const data = join(import.meta.dirname, '../../../../shared/data')

async function fileOf(content: string | Buffer, name = 'a.csv') {
  const root = await tempFolder()
  await writeFile(join(root, name), content)
  const [file] = await findFiles(name, root)
  if (!file) throw new Error('no file')
  return file
}

test.each([
  ['id;"a;b";größe\n1;x;2,5\n2;y;3,5\n', { delimiter: ';' }, ['id', 'a;b', 'größe']],
  ['id\tname\n1\tx, y\n', { delimiter: '\t' }, ['id', 'name']],
  ['1,a,2020-01-01\n2,b,2020-01-02\n', { header: false }, [undefined, undefined, undefined]],
  [Buffer.from('name;größe\nx;1\n', 'latin1'), { delimiter: ';', encoding: 'windows-1252' }, ['name', 'größe']],
  [Buffer.from('\ufeffid,name\n1,x\n', 'utf16le'), { encoding: 'utf-16le' }, ['id', 'name']],
  [',price,qty\n0,1.5,2\n1,2.5,3\n', {}, ['column1', 'price', 'qty']],
  ['a,a,A,b\n1,2,3,x\n', {}, ['a', 'a_2', 'A_3', 'b']],
  ['id,2019,when,when\n1,5,2020-01-01,x\n', {}, ['id', '2019', 'when', 'when_2']],
  ['x,1,1\ny,2,2\n', { header: false }, [undefined, undefined, undefined]],
  ['1,NA,a@b\n2,5,c@d\n', { header: false }, [undefined, undefined, undefined]],
])('delimiter, header and encoding are told from the text: %j', async (text, options, names) => {
  const sniffed = await sniffFile(await fileOf(text), context)
  expect(sniffed.options).toEqual(options)
  expect(sniffed.fields.map((field) => field.name)).toEqual(names)
})

test.each([
  ['a.ndjson', '{"a":1,"b":"x"}\n{"b":null,"c":[1]}\n{"a":2,"b'],
  ['a.json', '{"a":1,"b":"x"}\n\n{"b":null,"c":[1]}\n{"a":'],
  ['a.json', '[{"a":1,"b":"x"},\n{"b":null,"c":[1]}, {"a":2'],
  ['a.json', '[\n{"a":1,\n"b":"x"}, 7, {"b":null,"c":[1]}'],
  ['a.jsonl', '{"a":1,"b":"x"}\n[1]\n{"b":NaN,"c":[1]}'],
])('the fields of JSON are those of its first objects, also where it breaks off: %s of %j', async (name, text) => {
  const { options, fields } = await sniffFile(await fileOf(text, name), context)
  expect(options).toEqual({})
  expect(fields).toEqual([
    { name: 'a', values: ['1', null] },
    { name: 'b', values: ['x', null] },
    { name: 'c', values: [null, '[1]'] },
  ])
})

test.each([
  ['a.ndjson', '\n[1]\n{"a":1', 'line 2: the line is JSON, but not an object'],
  ['a.json', '[{"a":1', 'line 1: this is where the document breaks off'],
])('a file without an object says why: %s of %j', async (name, text, reason) => {
  const file = await fileOf(text, name)
  await expect(sniffFile(file, context)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', fields: { reason } })
})

test.skipIf(!existsSync(data))('the real files are told apart', async () => {
  const options = async (path: string) => {
    const [file] = await findFiles(path, data)
    const { options, fields } = await sniffFile(file as NonNullable<typeof file>, context)
    return { ...options, fields: fields.length }
  }
  expect(await options('ecommerce/2019-Nov_10KSample.csv')).toEqual({ fields: 9 })
  expect(await options('loyalty/customer.csv')).toEqual({ header: false, fields: 9 })
  expect(await options('taobao/UserBehavior.csv')).toEqual({ fields: 10 })
  expect(await options('weblog/apache.log')).toEqual({ delimiter: ' ', header: false, fields: 7 })
})

test('a sample keeps the share of every value, the order, the bytes; the seed decides it', async () => {
  const lines = Array.from({ length: 1000 }, (_, row) => `${row},${row % 10 === 0 ? '"a, b"' : 'c'},"x\n${row}"`)
  const file = await fileOf(`id,kind,text\n${lines.join('\n')}\nbad\n`)
  const target = `${file.absolute}.sample`
  const options = { by: 'Kind', fraction: 0.25, seed: 3 }
  const strata = await sampleFile(file, target, options, context)
  expect([...strata].map(([kind, { records, kept }]) => [kind, records, kept])).toEqual([
    ['a, b', 100, 25],
    ['c', 900, 225],
  ])
  const text = await readFile(target, 'utf8')
  const kept = lines.filter((line) => text.includes(`\n${line}\n`))
  expect(text).toBe(`id,kind,text\n${kept.join('\n')}\n`)
  await sampleFile(file, target, options, context)
  expect(await readFile(target, 'utf8')).toBe(text)
  await sampleFile(file, target, { ...options, seed: 4 }, context)
  expect(await readFile(target, 'utf8')).not.toBe(text)
  await expect(sampleFile(file, target, { ...options, by: 'kinds' }, context)).rejects.toMatchObject({
    code: 'NAME_UNKNOWN',
  })
})
