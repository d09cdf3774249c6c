/** What `@segment/analytics-next` asks of `/v1/projects/:key/settings` before it sends: where to send to, and no other destination. */
export function browserSettings(writeKey: string, { protocol, host }: { protocol: 'http' | 'https'; host: string }) {
  return {
    integrations: {
      'Segment.io': { apiKey: writeKey, apiHost: `${host}/v1`, protocol, unbundledIntegrations: [] },
    },
    plan: {},
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  }
}
