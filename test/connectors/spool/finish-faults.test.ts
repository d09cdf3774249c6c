import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeFile } from '../../../src/connectors/files/glob.ts'
import { finish, finishAside, type ReadFile } from '../../../src/connectors/spool/finish.ts'
import { type Disk, nodeDisk } from '../../../src/storage/disk.ts'
import { crashPoints } from '../../faults/crash-points.ts'
import { powerCutDisk } from '../../faults/power-cut.ts'
import type { Scenario } from '../../faults/scenario.ts'
import { tempFolder } from '../../temp-folder.ts'

const text = '1|mocha 80\n'

async function found(folder: string): Promise<ReadFile> {
  const file = await describeFile(join(folder, 'a.txt'), folder)
  if (!file) throw new Error('no file')
  return file
}

describe.each(['move', 'delete'] as const)('%s', (done) => {
  const how = (root: string, disk: Disk) => ({ done, root, disk })
  const left = done === 'move' ? ['done', 'done/a.txt'] : []

  test('a file that was read is under its name, or has left, and is nowhere else, after any fault and a start', async () => {
    let read: ReadFile | undefined
    const scenario: Scenario = {
      async prepare(folder) {
        mkdirSync(folder)
        writeFileSync(join(folder, 'a.txt'), text)
      },
      async run(folder, disk) {
        read = await found(folder)
        expect(await finish(read, how(folder, disk))).toBe(true)
      },
      async check(folder, isDone) {
        const names = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
        if (isDone) expect(names()).toEqual(left)
        if (!names().includes('a.txt')) expect(await finishAside(read as ReadFile, how(folder, nodeDisk()))).toBe(true)
        const kept = names().filter((name) => name !== 'done')
        expect([['a.txt'], left.filter((name) => name !== 'done')]).toContainEqual(kept)
        for (const name of kept) expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
      },
    }
    expect(await crashPoints(scenario, 20)).toBeGreaterThan(5)
  })

  test('a name as long as a disk takes is no hindrance', async () => {
    for (const bytes of [249, 250, 255]) {
      const folder = await tempFolder()
      const name = `${'é'.repeat(100)}${'n'.repeat(bytes - 204)}.txt`
      expect(Buffer.byteLength(name)).toBe(bytes)
      writeFileSync(join(folder, name), text)
      const file = await describeFile(join(folder, name), folder)
      expect(await finish(file as ReadFile, how(folder, nodeDisk()))).toBe(true)
      expect(readdirSync(folder)).toEqual(done === 'move' ? ['done'] : [])
      if (done === 'move') expect(readFileSync(join(folder, 'done', name), 'utf8')).toBe(text)
    }
  })

  test('what has left stays away after a power cut, also what a killed process had moved without a sync', async () => {
    for (const unsynced of [false, true]) {
      const folder = await tempFolder()
      writeFileSync(join(folder, 'a.txt'), text)
      const durable = powerCutDisk(nodeDisk(), folder)
      const file = await found(folder)
      const killed = {
        ...durable,
        syncFolder: () => Promise.reject(new Error('killed')),
      }
      if (unsynced) await expect(finish(file, how(folder, killed))).rejects.toThrow('killed')
      expect(await (unsynced ? finishAside : finish)(file, how(folder, durable))).toBe(true)
      expect([...durable.cut('nothing').keys()].toSorted()).toEqual(left)
    }
  })
})
