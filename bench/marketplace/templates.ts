import type pg from 'pg'

export const TEMPLATES = 100_000
/** Words of the names. Each occurs in about three hundred names. */
const WORDS = 1_000
const VENDORS = 500

/** Word of eight letters, determined by its number. No word is a prefix of another. */
const word = (number: string): string => `translate(left(md5('word ' || (${number})), 8), '0123456789', 'ghijklmnop')`

/**
 * Approved templates, by default a hundred thousand, in the categories of the catalog, a third of them priced, with counts of every
 * size.
 */
export async function seedTemplates(client: pg.Client, count = TEMPLATES): Promise<void> {
  await client.query(
    `insert into vendor (id, name) select 'ven_' || lpad(n::text, 26, '0'), 'Vendor ' || n from generate_series(1, ${VENDORS}) n`,
  )
  await client.query(`insert into template (id, slug, name, short_description, long_description, category_id, vendor_id, tags, status, stack, definition,
      infrastructure_requirements, install_count, approved_at, version)
    select 'tpl_' || lpad(n::text, 26, '0'), 'bench-' || n, ${word('n % 1000')} || ' ' || ${word('n * 7 % 1000 + n / 1000 % 10')} || ' ' || ${word('n * 13 % 997')},
      'A stack of the benchmark, made of services.', (select string_agg(md5(n || ' text ' || part), ' ') from generate_series(1, 60) part), shelf.id, 'ven_' || lpad((n % ${VENDORS} + 1)::text, 26, '0'),
      array['rare' || n % 500, 'tag' || n % 7], 'APPROVED', 'custom',
      jsonb_build_object('services', jsonb_build_object('web', jsonb_build_object('image', 'nginx:1.27', 'labels', (select string_agg(md5(n || ' label ' || part), ' ') from generate_series(1, 60) part)))),
      '{"memory_mb": 512}', (n::bigint * 7919 % 100003)::int,
      '2026-01-01'::timestamptz + n * interval '1 minute', 1
    from generate_series(1, ${count}) n
      join (select id, row_number() over (order by priority) - 1 as place, count(*) over () as shelves from category) shelf on shelf.place = n % shelf.shelves`)
  await client.query(`insert into product (id, type, code, name, external_id, vendor_id)
    select 'prd_' || lpad(n::text, 26, '0'), 'TEMPLATE', 'bench-' || n, 'Bench ' || n, 'tpl_' || lpad(n::text, 26, '0'), 'ven_' || lpad((n % ${VENDORS} + 1)::text, 26, '0')
    from generate_series(1, ${count}, 3) n`)
  await client.query(`insert into price (id, product_id, currency, amount_minor, "interval")
    select 'prc_' || lpad(n::text, 26, '0'), 'prd_' || lpad(n::text, 26, '0'), 'USD', 100 + n % 10000, 'ONE_TIME' from generate_series(1, ${count}, 3) n`)
  await client.query('vacuum analyze')
}

/** Words that are searched for. */
export async function randomWords(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ word: string }>(
    `select ${word('n')} as word from generate_series(0, ${WORDS - 1}) n`,
  )
  return rows.map((row) => row.word)
}
