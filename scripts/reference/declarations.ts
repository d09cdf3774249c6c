import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'

const root = join(import.meta.dirname, '../..')

/** A property of an interface as the source has it. */
export interface Property {
  readonly name: string
  readonly optional: boolean
  readonly type: string
  readonly doc: string
}

/** What a file of `src` exports or declares: doc comments of functions, properties of interfaces. */
export interface Declarations {
  readonly properties: (interfaceName: string) => readonly Property[]
  /** The doc comment above a declaration, without its stars. */
  readonly doc: (name: string) => string
}

/** Reads a file by its syntax; its path is relative to the root. */
export function declarationsOf(file: string): Declarations {
  const source = readFileSync(join(root, file), 'utf8')
  const { program, comments } = parseSync(file, source)
  const docBefore = (start: number): string => {
    const above = comments.findLast(({ type, end }) => type === 'Block' && end < start)
    return above && source.slice(above.end, start).trim() === '' ? bare(above.value) : ''
  }
  const named = program.body.flatMap((node) => {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier')
      return [{ name: declaration.id.name, start: node.start, declaration }]
    return []
  })
  const find = (name: string) => {
    const found = named.find((own) => own.name === name)
    if (!found) throw new Error(`${file} declares no ${name}`)
    return found
  }
  return {
    doc: (name) => docBefore(find(name).start),
    properties(name) {
      const { declaration } = find(name)
      if (declaration.type !== 'TSInterfaceDeclaration') throw new Error(`${name} of ${file} is no interface`)
      return declaration.body.body.flatMap((member) => {
        if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return []
        const annotation = member.typeAnnotation?.typeAnnotation
        const type = annotation ? source.slice(annotation.start, annotation.end) : 'unknown'
        return [{ name: member.key.name, optional: member.optional, type, doc: docBefore(member.start) }]
      })
    },
  }
}

function bare(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .trim()
}
