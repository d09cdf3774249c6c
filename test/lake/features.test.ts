import { expect, test } from 'vitest'
import type { Metadata, Protocol } from '../../src/lake/actions.ts'
import { checkReadable, checkWritable, isAppendOnly } from '../../src/lake/features.ts'

function table(configuration: Record<string, string> = {}, field: object = {}): Metadata {
  return {
    id: 'x',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify({
      type: 'struct',
      fields: [{ name: 'a', type: 'long', nullable: true, metadata: {}, ...field }],
    }),
    partitionColumns: [],
    configuration,
  }
}

const features = (readerFeatures: string[], writerFeatures = readerFeatures): Protocol => ({
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures,
  writerFeatures,
})
const versions = (minReaderVersion: number, minWriterVersion: number): Protocol => ({
  minReaderVersion,
  minWriterVersion,
})
const refused = (feature: string, operation: string) =>
  expect.objectContaining({
    code: 'FEATURE_UNSUPPORTED',
    message: `table \`t\` uses \`${feature}\`, which Millrace cannot ${operation}`,
  })

test.each([
  ['reader version 99', versions(99, 7), table()],
  ['columnMapping', versions(2, 5), table({ 'delta.columnMapping.mode': 'name' })],
  ['columnMapping', features(['columnMapping']), table({ 'delta.columnMapping.mode': 'id' })],
  ['typeWidening', features(['typeWidening']), table()],
  ['catalogManaged', features(['timestampNtz', 'catalogManaged']), table()],
  ['toString', features(['toString']), table()],
  ['files of orc', versions(1, 2), { ...table(), format: { provider: 'orc', options: {} } }],
])('%s is not read', (feature, protocol, metadata) => {
  expect(() => checkReadable('t', protocol, metadata)).toThrow(refused(feature, 'read'))
})

test('what only writers must know, or nothing uses, does not stop a reader', () => {
  const { readerFeatures: _, ...writersOnly } = features([], ['checkConstraints', 'rowTracking', 'clustering'])
  for (const protocol of [
    versions(1, 6),
    versions(2, 5),
    writersOnly,
    features(['deletionVectors', 'timestampNtz', 'vacuumProtocolCheck', 'v2Checkpoint', 'columnMapping']),
  ])
    expect(() => checkReadable('t', protocol, table({ 'delta.constraints.c': 'a > 0' }))).not.toThrow()
})

test.each([
  ['checkConstraints', versions(1, 3), table({ 'delta.constraints.c': 'a > 0' })],
  ['changeDataFeed', versions(1, 4), table({ 'delta.enableChangeDataFeed': 'true' })],
  ['generatedColumns', versions(1, 4), table({}, { metadata: { 'delta.generationExpression': 'b + 1' } })],
  ['invariants', versions(1, 2), table({}, { metadata: { 'delta.invariants': '{}' } })],
  ['identityColumns', versions(1, 6), table({}, { metadata: { 'delta.identity.start': 1 } })],
  ['rowTracking', features([], ['rowTracking']), table()],
  ['writer version 8', versions(1, 8), table()],
  ['columns of type byte', versions(1, 2), table({}, { type: 'byte' })],
])('%s is not written', (feature, protocol, metadata) => {
  expect(() => checkWritable('t', protocol, metadata)).toThrow(refused(feature, 'write'))
})

test('a plain table is written, whatever else its protocol allows', () => {
  for (const protocol of [versions(1, 2), versions(1, 6), features([], ['appendOnly', 'checkConstraints'])])
    expect(() => checkWritable('t', protocol, table({ 'delta.appendOnly': 'true' }))).not.toThrow()
  expect(isAppendOnly(table({ 'delta.appendOnly': 'TRUE' }))).toBe(true)
  expect(isAppendOnly(table())).toBe(false)
})
