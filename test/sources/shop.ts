export const shopHeader = 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session'

/** A row of the table as the line that it came from, where empty fields are written as nothing. */
export const lineOfRow = `concat_ws(',', strftime(event_time, '%Y-%m-%d %H:%M:%S UTC'), event_type, product_id,
  coalesce(category_id::VARCHAR, ''), coalesce(category_code, ''), coalesce(brand, ''), coalesce(price::VARCHAR, ''),
  user_id, coalesce(user_session, ''))`

/** Lines of shop events that a random source decides. */
export function* shopLines(count: number, random: () => number): Generator<string> {
  const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] as string
  for (let row = 0; row < count; row++) {
    const second = new Date(1_572_566_400_000 + row * 259).toISOString().slice(0, 19).replace('T', ' ')
    const type = pick(['view', 'view', 'view', 'cart', 'purchase'])
    const code = pick(['', '', 'electronics.smartphone', 'apparel.shoes'])
    const brand = pick(['', 'apple', 'samsung', 'xiaomi'])
    const price = (random() * 2500).toFixed(2)
    yield `${second} UTC,${type},${1000000 + row},2053013552259662037,${code},${brand},${price},${512000000 + row},s-${row}`
  }
}
