import type { DataFile, Relation, Relations } from '../relation.ts'

type Delta = Extract<Relation, { readonly kind: 'delta' }>

/** A relation on its way to the other process: long lists of files went there before, and are named by a key. */
export type SentRelation =
  | Exclude<Relation, { readonly kind: 'delta' | 'select' | 'union' }>
  | (Omit<Delta, 'files'> & { readonly files: readonly DataFile[] | number })
  | { readonly kind: 'select'; readonly sql: string; readonly from: SentRelations }
  | { readonly kind: 'union'; readonly of: readonly SentRelation[] }

export type SentRelations = Readonly<Record<string, SentRelation>>

/** Longer lists are sent once: of 1,000 files a list takes a millisecond. */
const fewFiles = 1000

export function sentRelations(from: Relations, keyOf: (files: readonly DataFile[]) => number): SentRelations {
  return mapped(from, (relation) => sent(relation, keyOf))
}

function sent(relation: Relation, keyOf: (files: readonly DataFile[]) => number): SentRelation {
  switch (relation.kind) {
    case 'delta':
      return relation.files.length <= fewFiles ? relation : { ...relation, files: keyOf(relation.files) }
    case 'select':
      return { ...relation, from: sentRelations(relation.from, keyOf) }
    case 'union':
      return { ...relation, of: relation.of.map((each) => sent(each, keyOf)) }
    default:
      return relation
  }
}

export function receivedRelations(from: SentRelations, filesOf: (key: number) => readonly DataFile[]): Relations {
  return mapped(from, (relation) => received(relation, filesOf))
}

function received(relation: SentRelation, filesOf: (key: number) => readonly DataFile[]): Relation {
  switch (relation.kind) {
    case 'delta': {
      const { files } = relation
      return { ...relation, files: typeof files === 'number' ? filesOf(files) : files }
    }
    case 'select':
      return { ...relation, from: receivedRelations(relation.from, filesOf) }
    case 'union':
      return { ...relation, of: relation.of.map((each) => received(each, filesOf)) }
    default:
      return relation
  }
}

function mapped<From, To>(from: Readonly<Record<string, From>>, to: (each: From) => To): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(from).map(([title, each]) => [title, to(each)]))
}
