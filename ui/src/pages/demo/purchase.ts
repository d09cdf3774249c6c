/** The session of whoever looks at the page. */
export const customerSession = 'you'

/** A purchase of a demo's visitor; the time is the sender's, the id is what makes it one. */
export function purchase(id: string, nowMs: number) {
  return {
    event_id: id,
    event_time: new Date(nowMs).toISOString(),
    event_type: 'purchase',
    product_id: 1_004_856,
    category_id: '2053013555631882655',
    category_code: 'electronics.smartphone',
    brand: 'samsung',
    price: '129.90',
    user_id: 7,
    user_session: customerSession,
  }
}

/** The same for a shell, each time another. */
export function purchaseCurl(origin: string): string {
  return `curl ${origin}/v1/streams/events -H 'content-type: application/json' -d '{
  "event_time": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'", "event_type": "purchase",
  "product_id": 1004856, "category_code": "electronics.smartphone", "brand": "samsung",
  "price": "129.90", "user_id": 7, "user_session": "${customerSession}" }'`
}
