import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Access } from '../project/server-settings.ts'
import { type Asking, Gate, isLoopback, type Need } from './access.ts'
import { addressError } from './address.ts'
import { plainBody } from './body.ts'
import { ChangeFeed, type FeedOptions } from './change-feed.ts'
import type { DemoDoor } from './demo-door.ts'
import type { Doors } from './doors.ts'
import { Metrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { isVisit, type Pages } from './pages.ts'
import { problemOf, requestError, retryAfter } from './problems.ts'
import { limitOf, RateLimit } from './rate-limit.ts'
import { RequestContext } from './request-context.ts'
import type { Route } from './route.ts'
import { routesOf } from './routes.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  readonly access: Access
  readonly doors: Doors
  /** Throws while the doors are not there yet: all routes but those that are always answered are refused. */
  readonly assertOpen?: () => void
  /** What `/openapi.json` says. */
  readonly version: string
  readonly log: FastifyBaseLogger
  readonly context: Pick<Context, 'now' | 'emit'>
  /** Of a body, as it is sent and unpacked. */
  readonly bodyBytes?: number
  /** From a request's first byte to its last. */
  readonly requestMs?: number
  /** What browsers are answered that come to have a look. */
  readonly pages?: Pages
  /** What `/metrics` tells: whoever has begun it counts more in it than requests. */
  readonly metrics?: Metrics
  readonly feed?: FeedOptions
  /** Where the server is a demo's. */
  readonly demo?: DemoDoor
  /** What requests under way are given when the server stops. */
  readonly drainMs?: number
}

export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:4300`. */
  readonly url: string
  /** Takes nothing more, answers what is under way, and ends connections that are not done in time. */
  stop(): Promise<void>
}

/** Longer names of streams, tables and keys are of none. */
const maxParam = 200

/** Starts answering. SERVER_OPEN, ADDRESS_TAKEN, ADDRESS_REFUSED. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, access, doors, version, drainMs = 10_000, metrics = new Metrics(), context } = options
  const gate = new Gate(access, context.now)
  if (gate.isOpen && !isLoopback(host)) throw new MillraceError('SERVER_OPEN', { host })
  const app = await makeApp(options, metrics)
  const feed = new ChangeFeed(doors, { ...context, signal: new AbortController().signal }, options.feed)
  const state = { stopping: false }
  // hooks make no promises, here and below: each request goes through all of them
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.stopping) reply.header('connection', 'close')
    done()
  })
  const rates = new RateLimit(context.now)
  const routes = routesOf({ doors, gate, feed, metrics, rates, demo: options.demo })
  const site = { ...options, gate, state, rates }
  for (const route of routes) addRoute(app, route, site)
  const described = JSON.stringify(openApi(routes, version))
  app.get('/openapi.json', async (_, reply) => reply.type('application/json').send(described))
  const connections = connectionsOf(app)
  try {
    await app.listen({ host, port })
  } catch (error) {
    feed.close()
    await app.close()
    throw await addressError(error, host, port)
  }
  const stop = once(async () => {
    state.stopping = true
    feed.close()
    // browsers open some ahead: nothing was asked on them, and Node takes none of them for idle
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
    const late = setTimeout(() => app.server.closeAllConnections(), drainMs)
    await app.close()
    clearTimeout(late)
  })
  return { url: urlOf(app, host), stop, [Symbol.asyncDispose]: stop }
}

/** Those that are open, as they come and go. */
function connectionsOf({ server }: FastifyInstance): ReadonlySet<Socket> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  return open
}

interface Site extends ServerOptions {
  readonly gate: Gate
  readonly state: { readonly stopping: boolean }
  readonly rates: RateLimit
}

const usualBodyBytes = 16 * 1024 * 1024

async function makeApp(options: ServerOptions, metrics: Metrics): Promise<FastifyInstance> {
  const { log, bodyBytes = usualBodyBytes, requestMs = 60_000 } = options
  const { fastify, LogController } = await import('fastify')
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    requestTimeout: requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(requestMs, 5_000) },
    // an idle connection that is kept alive is none under way
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: maxParam },
    genReqId: ({ headers }) => idOf(headers['x-request-id']),
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply, bodyBytes),
    clientErrorHandler(error, socket) {
      refuseSocket(requestError(error, bodyBytes), socket)
    },
  })
  app.decorateRequest('grant')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, bodyBytes))
  app.setNotFoundHandler((request, reply) => {
    if (options.pages && !request.url.startsWith('/v1/')) {
      const shown = show(options.pages, request, reply)
      if (shown) return shown
    }
    const path = pathOf(request).slice(0, maxParam)
    return refuse(new MillraceError('ROUTE_UNKNOWN', { method: request.method, path }), request, reply, bodyBytes)
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    // the route, not the URL: that may hold what is nobody's business
    const { method, routeOptions } = request
    // of requests that are no route's, Fastify's own too, the paths may be anything
    metrics.answered(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
    const ms = Math.round(reply.elapsedTime)
    const isPlain = routeOptions.config.often && reply.statusCode < 300
    request.log[isPlain ? 'debug' : 'info'](
      { method, route: routeOptions.url ?? '', status: reply.statusCode, ms },
      'answered',
    )
    done()
  })
  return app
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0] ?? ''
}

/** A file of the user interface, or, for whoever comes by a browser, its page. */
function show(pages: Pages, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const asked = {
    path: pathOf(request),
    acceptEncoding: textOf(headers['accept-encoding']),
    ifNoneMatch: headers['if-none-match'],
  }
  const answer = pages.file(asked) ?? (isVisit(method, headers.accept) ? pages.page(asked) : undefined)
  return answer && reply.status(answer.status).headers(answer.headers).send(answer.body)
}

function addRoute(app: FastifyInstance, route: Route, site: Site): void {
  const { gate, state, rates, bodyBytes = usualBodyBytes, context } = site
  app.route({
    method: route.method,
    url: route.path,
    config: { often: route.often ?? false },
    // before the body is read
    onRequest: (request, reply, done) => {
      if (state.stopping) throw new MillraceError('SERVER_STOPPING', {})
      if (!route.always) site.assertOpen?.()
      request.grant = gate.admit(askingOf(request), needOf(route, request))
      const { origin, host } = request.headers
      if (route.fromPages && origin !== undefined) {
        // the gate has looked at the origins of the keys that it knows
        if (typeof route.fromPages === 'function' && !route.fromPages(origin, host))
          throw new MillraceError('ORIGIN_REFUSED', { origin: origin.slice(0, 100) })
        allowOrigin(reply, origin)
      }
      const seconds = rates.take(request.grant)
      if (seconds !== undefined) {
        reply.header('retry-after', String(seconds))
        const limit = limitOf(request.grant) ?? 0
        throw new MillraceError('REQUESTS_TOO_MANY', { limit, unit: 'a second with this token' })
      }
      done()
    },
    handler: async (request, reply) => {
      const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
      const answered = await route.handle({
        method: request.method,
        grant: request.grant,
        params: request.params as Record<string, string>,
        query: request.query as Record<string, string>,
        header: (name) => textOf(request.headers[name]),
        body: await plainBody(body, textOf(request.headers['content-encoding']), bodyBytes),
        context: new RequestContext(context, reply.raw),
      })
      reply.type(route.type ?? 'application/json; charset=utf-8')
      if ('stream' in answered) return reply.header('x-accel-buffering', 'no').send(answered.stream)
      reply.status(answered.status ?? 200).headers(answered.headers ?? {})
      return answered.text
    },
  })
  if (route.fromPages) app.options(route.path, async (request, reply) => preflight(route, gate, request, reply))
}

declare module 'fastify' {
  interface FastifyRequest {
    grant: import('./access.ts').Grant
  }
  interface FastifyContextConfig {
    often?: boolean
  }
}

function needOf({ need }: Route, request: FastifyRequest): Need {
  return typeof need === 'function' ? need(request.params as Record<string, string>) : need
}

function askingOf({ method, headers: { host, origin, authorization, cookie } }: FastifyRequest): Asking {
  return { method, host, origin, authorization, cookie }
}

/** A browser asks whether a page may send: without its key, which it keeps back. */
function preflight(route: Route, gate: Gate, { headers: { origin, host } }: FastifyRequest, reply: FastifyReply) {
  const { fromPages } = route
  const allows = typeof fromPages === 'function' ? fromPages : (from: string) => gate.allows(from)
  if (origin === undefined || !allows(origin, host)) throw new MillraceError('ORIGIN_REFUSED', { origin: origin ?? '' })
  allowOrigin(reply, origin)
  reply.header('access-control-allow-methods', route.method)
  reply.header(
    'access-control-allow-headers',
    'authorization, content-type, content-encoding, idempotency-key, x-retry-count',
  )
  reply.header('access-control-max-age', '86400')
  return reply.status(204).send()
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin)
  reply.header('access-control-expose-headers', 'retry-after, x-request-id')
  reply.header('vary', 'origin')
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, bodyLimit: number): FastifyReply {
  const told = requestError(error, bodyLimit)
  const { status, problem } = problemOf(told, request.id)
  // what passes by itself needs no stack, and comes many times
  if (told instanceof MillraceError && told.row.kind === 'busy')
    request.log.warn({ code: problem.code, reason: problem.message }, 'refused')
  else if (status >= 500) request.log.error({ err: told, code: problem.code }, 'refused')
  reply.header('x-request-id', request.id)
  const seconds = retryAfter(told, status)
  if (seconds !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', String(seconds))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.status(status).type('application/json; charset=utf-8').send(JSON.stringify(problem))
}

/** What cannot be parsed as HTTP has no request and no reply. */
function refuseSocket(error: unknown, socket: Socket): void {
  if (!socket.writable) return
  const { status, problem } = problemOf(error, randomUUID())
  const text = JSON.stringify(problem)
  const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n`
  socket.end(head + text)
}

function idOf(given: IncomingMessage['headers'][string]): string {
  const text = textOf(given)
  return text !== undefined && /^[\w.-]{1,64}$/.test(text) ? text : randomUUID()
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Whoever calls it again waits for the first call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
