import { contractingChange } from '#test/support/schema-change.js'

const EARLIER = `-- Tables
create table account (
  id text not null,
  name text
);

-- Constraints
alter table account add constraint account_kind CHECK ((kind = ANY (ARRAY['PERSON'::text, 'TEAM'::text])));

-- Indexes
CREATE INDEX account_name ON account USING btree (name);
`

describe('Schema that changed in place', () => {
  it.each([
    ['nothing', (schema: string) => schema, null],
    ['a column that can be empty', (schema: string) => schema.replace('name text', 'name text,\n  note text'), null],
    [
      'a column with a default',
      (schema: string) => schema.replace('name text', "name text,\n  note text not null default ''::text"),
      null,
    ],
    [
      'a table with its own rules',
      (schema: string) =>
        `${schema}create table note (\n  id text not null\n);\nalter table note add constraint note_pkey PRIMARY KEY (id);\nCREATE UNIQUE INDEX note_one ON note USING btree (id);\n`,
      null,
    ],
    ['one more value', (schema: string) => schema.replace("'TEAM'::text", "'TEAM'::text, 'COMMUNITY'::text"), null],
    ['an index less', (schema: string) => schema.replace(/CREATE INDEX.*\n/, ''), null],
    [
      'a column that needs a value',
      (schema: string) => schema.replace('name text', 'name text,\n  note text not null'),
      'account: note text not null',
    ],
    ['a column less', (schema: string) => schema.replace(',\n  name text', ''), 'account: name text'],
    ['another type', (schema: string) => schema.replace('name text', 'name integer'), 'account: name text'],
    [
      'one value less',
      (schema: string) => schema.replace(", 'TEAM'::text", ''),
      expect.stringContaining('add constraint account_kind'),
    ],
    [
      'a unique index on a table that existed',
      (schema: string) => `${schema}CREATE UNIQUE INDEX account_one ON account USING btree (name);\n`,
      expect.stringContaining('account_one'),
    ],
  ])('%s: the earlier code can use it, or the line says why not', (_, change, expected) => {
    expect(contractingChange(EARLIER, change(EARLIER))).toEqual(expected)
  })
})
