import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** What a viewer looks at: a tab with its filters. */
export interface Looked {
  readonly url: string
  readonly path: string
  readonly stream: string
  readonly filters: Readonly<Record<string, string | readonly string[]>>
}

export interface Viewer {
  /** Answers by now. */
  readonly answers: number
  /** Resolves when an answer has all before an offset. */
  has(offset: number): Promise<void>
  close(): void
}

/** As a page asks: a connection that tells what moves, and the tab again once its last answer is there and has rested. */
export async function openViewer({ url, path, stream, filters }: Looked): Promise<Viewer> {
  const agent = new Agent({ keepAlive: true })
  // in an event that tells what moves, as in the position of an answer
  const offsetIn = new RegExp(`"${stream}":"(\\d+)"`, 'g')
  const body = JSON.stringify({ filters })
  const state = { answers: 0, offset: -1, told: 0, isOver: false }
  const waiting = new Set<{ readonly offset: number; readonly resolve: () => void }>()
  let moved = Promise.withResolvers<void>()
  const hear = (text: string): void => {
    for (const [, offset] of text.matchAll(offsetIn)) {
      state.told = Number(offset)
      moved.resolve()
    }
  }
  const changes = await listen(`${url}/v1/changes`, agent, hear)
  const look = async (): Promise<void> => {
    const text = await post(`${url}${path}`, body, agent)
    if (text.includes('"error":{')) throw new Error(text.slice(0, 600))
    const [[, offset = 0] = []] = text.matchAll(offsetIn)
    const rest = Number(/"next_after_ms":(\d+)/.exec(text.slice(-60))?.[1])
    state.answers++
    state.offset = Number(offset)
    for (const each of waiting)
      if (state.offset >= each.offset) {
        waiting.delete(each)
        each.resolve()
      }
    await setTimeout(Math.max(250, rest))
  }
  const goOn = async (): Promise<void> => {
    while (!state.isOver) {
      await look()
      while (state.told <= state.offset && !state.isOver) {
        moved = Promise.withResolvers()
        await moved.promise
      }
    }
  }
  const going = goOn()
  going.catch(() => undefined)
  return {
    get answers() {
      return state.answers
    },
    has(offset) {
      if (state.offset >= offset) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add({ offset, resolve })
      // what ends the viewer ends whoever waits for it
      return Promise.race([promise, going])
    },
    close() {
      state.isOver = true
      moved.resolve()
      going.catch(() => undefined)
      changes.destroy()
      agent.destroy()
    },
  }
}

function listen(url: string, agent: Agent, hear: (text: string) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url}: ${answer.statusCode}`))
      let rest = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        rest += part
        const end = rest.lastIndexOf('\n\n')
        if (end < 0) return
        hear(rest.slice(0, end))
        rest = rest.slice(end + 2)
      })
      // it ends with the viewer
      answer.on('error', () => undefined)
      resolve(asked)
    })
    asked.on('error', reject)
    asked.end()
  })
}

function post(url: string, body: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
      void textOf(answer).then((text) => {
        if (answer.statusCode === 200) resolve(text)
        else reject(new Error(text))
      }, reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  return text
}
