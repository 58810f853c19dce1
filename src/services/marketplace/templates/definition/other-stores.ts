import { formatPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'

/** A store of applications with compose files of its own. */
interface Store {
  readonly name: string
  /** Parts that only its files have, in a text or in a definition as JSON. */
  readonly mark: RegExp
  /** True if its files have a syntax of their own, so that no other issue says anything. */
  readonly isForeign?: boolean
  /** Issues that its mark explains, by their places and messages. */
  readonly explains?: RegExp
}

const STORES: readonly Store[] = [
  {
    name: 'CapRover',
    mark: /"?caproverOneClickApp"?(?=\s{0,8}:)|"?captainVersion"?(?=\s{0,8}:)|\$\$cap_\w{1,40}/,
    isForeign: true,
  },
  {
    name: 'Umbrel',
    mark: /"app_proxy"(?=:)|"manifestVersion"(?=:)|\$\{?(?:UMBREL_ROOT|DEVICE_DOMAIN_NAME)\b/,
    explains: /\bapp_proxy\b/,
  },
  {
    name: 'runtipi',
    mark: /tipi_main_network|"x-runtipi"(?=:)|runtipi\.managed|"tipi_version"(?=:)|\$\{?ROOT_FOLDER_HOST\b/,
    explains: /tipi_main_network/,
  },
  {
    name: 'Coolify',
    mark: /\$\{?SERVICE_(?:BASE64|FQDN|HEX|PASSWORD|REALBASE64|URL|USER)_\w{1,80}|"SERVICE_(?:FQDN|URL)_\w{1,80}"(?=[,\]])|"exclude_from_hc"(?=:)|"is_?[dD]irectory"(?=:)/,
    explains: /\.(?:exclude_from_hc|is_?[dD]irectory|content) is unknown/,
  },
  {
    name: 'Dokploy',
    mark: /dokploy-network|"\.\.\/files\/|\[\[config\.domains\]\]|^\s{0,80}\[config\]\s{0,8}$/m,
    explains: /dokploy-network/,
  },
]

/** A sentence that names the store whose file a text is, and the issues that its mark does not explain. Null if it is of none. */
export function recognizeStore(
  text: string,
  issues: readonly ValidationIssue[],
): { readonly message: string; readonly others: readonly ValidationIssue[] } | null {
  for (const { name, mark, isForeign, explains } of STORES) {
    const [found] = mark.exec(text) ?? []
    if (found === undefined) continue
    const part = found.replaceAll('"', '').trim().slice(0, 60)
    return {
      message: `definition is a file of ${name}, because it contains ${part}, which only ${name} fills in. Write a plain compose file, with a variable such as \${NAME} for each value that is filled in at deployment.`,
      others: isForeign ? [] : issues.filter(({ path, message }) => !explains?.test(`${formatPath(path)} ${message}`)),
    }
  }
  return null
}
