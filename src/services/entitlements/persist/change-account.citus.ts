// A function of a database of several machines. The database that statements are compared with does not have it.

const NAME = 'change_account'

/**
 * Creates the function that checks and writes one version of an account, with texts that have the account as `$1`, their rows as `$2`, and the
 * version that it is decided on as `$3`. A change that others commit after the checks is noticed, because the version is compared after them.
 */
export const createChangeAccount = (): string => `
  create or replace function ${NAME}(
    of_account text, from_version bigint, is_written boolean, checks text[], checked json[], writes text[], written json[],
    lock_ms int
  ) returns json language plpgsql as $function$
  declare
    is_current boolean;
    is_refused boolean := false;
    one json;
    results json[] := '{}';
  begin
    -- The limit of a session is not passed on to other machines.
    if lock_ms is not null then perform set_config('lock_timeout', lock_ms::text, true); end if;
    for place in 1 .. cardinality(checks) loop
      execute 'select json_agg(k) from (' || checks[place] || ') k' into one using of_account, checked[place], from_version;
      is_refused := is_refused or one is not null;
      results := array_append(results, one);
    end loop;
    if is_refused or not is_written then
      select version = from_version into is_current from account where id = of_account;
    else
      update account set version = from_version + 1 where id = of_account and version = from_version;
      is_current := found;
      if is_current then
        for place in 1 .. cardinality(writes) loop
          execute writes[place] using of_account, written[place], from_version;
        end loop;
      end if;
    end if;
    return json_build_object('isCurrent', coalesce(is_current, false), 'results', results);
  end
  $function$`

/**
 * Makes the function run on the machine of its account. In a transaction it runs on the coordinator, which sends each of its statements there.
 */
export const delegateChangeAccount = (): string =>
  `select create_distributed_function('${NAME}(text, bigint, boolean, text[], json[], text[], json[], int)', 'of_account',
    colocate_with => 'account')`

export const dropChangeAccount = (): string => `drop function if exists ${NAME}`

export const changeAccount = (): string => `select ${NAME}($1, $2, $3, $4, $5, $6, $7, $8) as change`
