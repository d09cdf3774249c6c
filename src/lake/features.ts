import { MillraceError } from '../core/errors.ts'
import type { Metadata, Protocol } from './actions.ts'
import { fieldsOfSchema } from './schema.ts'

interface Feature {
  /** True when this table makes use of it; a feature that is only listed changes nothing. */
  readonly active: (metadata: Metadata) => boolean
}

const set = (metadata: Metadata, key: string) => metadata.configuration[key]?.toLowerCase() === 'true'
const marked = (metadata: Metadata, key: string) =>
  fieldsOfSchema(metadata.schemaString).some((field) => key in field.metadata)
const never = () => false

const columnMapping: Feature = {
  active: ({ configuration }) =>
    !['none', undefined].includes(configuration['delta.columnMapping.mode']?.toLowerCase()),
}

/**
 * Reader features that a table may list. Deletion vectors are refused where a file has one, V2 checkpoints where the
 * table cannot be read without them, zone-less timestamps where a column has that type.
 */
const readerFeatures: Readonly<Record<string, Feature>> = {
  columnMapping,
  deletionVectors: { active: never },
  v2Checkpoint: { active: never },
  timestampNtz: { active: never },
  vacuumProtocolCheck: { active: never },
}

/** Writer features that may be listed; those in use are refused by name, but for the first, which writes obey. */
const writerFeatures: Readonly<Record<string, Feature>> = {
  appendOnly: { active: never },
  invariants: { active: (metadata) => marked(metadata, 'delta.invariants') },
  checkConstraints: {
    active: ({ configuration }) => Object.keys(configuration).some((key) => key.startsWith('delta.constraints.')),
  },
  changeDataFeed: { active: (metadata) => set(metadata, 'delta.enableChangeDataFeed') },
  generatedColumns: { active: (metadata) => marked(metadata, 'delta.generationExpression') },
  identityColumns: { active: (metadata) => marked(metadata, 'delta.identity.start') },
  columnMapping,
}

/** Throws FEATURE_UNSUPPORTED with the name of what keeps this table from being read rightly. */
export function checkReadable(table: string, protocol: Protocol, metadata: Metadata): void {
  const refuse = refusal(table, 'read')
  if (protocol.minReaderVersion > 3) refuse(`reader version ${protocol.minReaderVersion}`)
  if (metadata.format.provider !== 'parquet') refuse(`files of ${metadata.format.provider}`)
  const listed = protocol.minReaderVersion === 3 ? (protocol.readerFeatures ?? []) : Object.keys(readerFeatures)
  checkFeatures(listed, readerFeatures, metadata, refuse)
}

/** Throws FEATURE_UNSUPPORTED with the name of what a write to this table would have to do and Millrace does not. */
export function checkWritable(table: string, protocol: Protocol, metadata: Metadata): void {
  const refuse = refusal(table, 'write')
  if (protocol.minWriterVersion > 7) refuse(`writer version ${protocol.minWriterVersion}`)
  const listed = protocol.minWriterVersion === 7 ? (protocol.writerFeatures ?? []) : Object.keys(writerFeatures)
  checkFeatures(listed, writerFeatures, metadata, refuse)
  if (fieldsOfSchema(metadata.schemaString).some((field) => field.type === 'byte')) refuse('columns of type byte')
}

/** True when rows may only be added to the table. */
export function isAppendOnly(metadata: Metadata): boolean {
  return set(metadata, 'delta.appendOnly')
}

function checkFeatures(
  listed: readonly string[],
  known: Readonly<Record<string, Feature>>,
  metadata: Metadata,
  refuse: (feature: string) => never,
): void {
  for (const name of listed) {
    const feature = Object.hasOwn(known, name) ? known[name] : undefined
    if (!feature || feature.active(metadata)) refuse(name)
  }
}

function refusal(table: string, operation: 'read' | 'write'): (feature: string) => never {
  return (feature) => {
    throw new MillraceError('FEATURE_UNSUPPORTED', { table, feature, operation })
  }
}
