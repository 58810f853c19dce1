const KINDS = ['web', 'worker', 'db', 'cache', 'proxy', 'search', 'queue', 'mail'] as const
const COMMENT = '# What this part is for, and how it is filled in.'

/**
 * Compose files like those that people publish: about half have one or two services, and a few have twenty. With anchors, variables, health
 * checks, labels and contents of configs, and mistakes in every fourth.
 */
export function composeFiles(random: () => number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => composeFile(random, index % 4 === 3))
}

function composeFile(random: () => number, isWrong: boolean): string {
  const services = Math.max(1, Math.round(1.5 * random() ** -0.75))
  const names = Array.from({ length: Math.min(services, 24) }, (_, index) => `${KINDS[index % KINDS.length]}${index}`)
  const parts = names.map((name, index) => service(random, name, names[index - 1]))
  const mistakes = isWrong ? ['  wrong:', '    image: "nginx:1"', '    volumes: ["missing:/x"]', '    scale: many'] : []
  return [
    COMMENT,
    'x-common: &common',
    '  restart: unless-stopped',
    '  logging: { driver: json-file, options: { max-size: "10m" } }',
    'services:',
    ...parts.flat(),
    ...mistakes,
    ...(isWrong ? ['    environment: { DB_PASSWORD: "${DB_PASSWORD:-changeme}" }'] : []),
    'volumes:',
    ...names.map((name) => `  ${name}-data: {}`),
    'configs:',
    '  nginx:',
    '    content: |',
    ...Array.from(
      { length: Math.ceil(random() * 30) },
      (_, line) => `      location /p${line} { proxy_pass http://web:80; }`,
    ),
    '',
  ].join('\n')
}

function service(random: () => number, name: string, before: string | undefined): string[] {
  const variables = Array.from({ length: Math.ceil(random() * 25) }, (_, index) =>
    random() < 0.3
      ? `      ${name.toUpperCase()}_PASSWORD_${index}: \${${name.toUpperCase()}_PASSWORD_${index}}`
      : `      ${name.toUpperCase()}_SETTING_${index}: "\${SETTING_${index}:-value-${index}}"`,
  )
  return [
    `  ${name}:`,
    '    <<: *common',
    `    ${COMMENT}`,
    `    image: registry.example.com/library/${name}:\${TAG:-1.${Math.floor(random() * 40)}}`,
    ...(before ? ['    depends_on:', `      ${before}: { condition: service_healthy }`] : []),
    '    environment:',
    ...variables,
    '    ports:',
    `      - "\${PORT_${name.toUpperCase()}:-${8000 + Math.floor(random() * 999)}}:80"`,
    '    volumes:',
    `      - ${name}-data:/var/lib/${name}`,
    '    healthcheck:',
    '      test: ["CMD-SHELL", "curl -f http://localhost:80/health || exit 1"]',
    '      interval: 30s',
    '      retries: 5',
    '    labels:',
    `      - "traefik.http.routers.${name}.rule=Host(\`\${DOMAIN}\`)"`,
    '      - traefik.enable=true',
  ]
}
