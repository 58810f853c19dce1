import { Migration } from '@mikro-orm/migrations'

/** What was kept under the names of containers, or of applications that a deployment does not have, goes: nobody would ever report it well again. */
export class KeepStatesOfApps extends Migration {
  override up(): void {
    this.addSql(`
      delete from "app_state" s using "deployment" d
      where d.id = s.deployment_id and s.app_code <> 'system' and not d.apps @> jsonb_build_array(jsonb_build_object('code', s.app_code));
    `)
    this.addSql(`
      update "agent" a set presence = 'ONLINE' where presence = 'DEGRADED' and not exists (
        select 1 from "app_state" s where s.deployment_id = a.deployment_id and (s.health = 'UNHEALTHY' or s.status = 'ERROR'));
    `)
  }
}
