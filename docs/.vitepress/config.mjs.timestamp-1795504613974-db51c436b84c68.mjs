// config.mjs
import { createHash } from "node:crypto";
import { mkdirSync as mkdirSync2, writeFileSync as writeFileSync2 } from "node:fs";
import { dirname as dirname2, join as join2 } from "node:path";
import { transformerStyleToClass } from "file:///work/wt/lead/node_modules/@shikijs/transformers/dist/index.mjs";

// pages.mjs
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync as readFileSync2, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// graphql-reference.mjs
import { readFileSync } from "node:fs";
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType
} from "file:///work/wt/lead/node_modules/graphql/index.mjs";
var FOLDER = "reference/graphql";
var KINDS = [
  { name: "objects-a-c", title: "Objects A\u2013C", has: (type) => isObjectType(type) && type.name < "D" },
  {
    name: "objects-d-o",
    title: "Objects D\u2013O",
    has: (type) => isObjectType(type) && type.name >= "D" && type.name < "P"
  },
  { name: "objects-p-z", title: "Objects P\u2013Z", has: (type) => isObjectType(type) && type.name >= "P" },
  { name: "interfaces", title: "Interfaces", has: isInterfaceType },
  { name: "unions", title: "Unions", has: isUnionType },
  { name: "inputs", title: "Input objects", has: isInputObjectType },
  { name: "enums", title: "Enums", has: isEnumType },
  { name: "scalars", title: "Scalars", has: isScalarType }
];
var OPERATIONS = { Query: "queries", Mutation: "mutations", Subscription: "subscriptions" };
function graphqlReference(file) {
  const schema = buildSchema(readFileSync(file, "utf8"));
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__") && !(name in OPERATIONS));
  const pages2 = [
    ...Object.entries(OPERATIONS).map(([root2, name]) => operationPage(name, schema.getType(root2))),
    ...KINDS.map(({ name, title, has }) => typePage(name, title, types.filter(has)))
  ];
  return [indexPage(pages2), ...pages2].map(({ name, title, markdown }) => ({
    path: `${FOLDER}/${name}.md`,
    source: "src/schema/schema.graphql",
    title: `GraphQL reference: ${title}`,
    markdown: `# GraphQL reference: ${title}

${markdown}
`
  }));
}
function indexPage(pages2) {
  const list = pages2.map(({ name, title, count }) => `- [${title}](${name}.md): ${count}`).join("\n");
  return {
    name: "index",
    title: "overview",
    markdown: `For developers who know which operation or type they need. These pages are generated from the schema of this release. The [GraphQL guide](../../graphql.md) explains how to use them.

${list}`
  };
}
function operationPage(name, type) {
  const fields = Object.values(type.getFields()).toSorted(byName);
  const sections2 = fields.map(
    (field) => [
      `## ${field.name}`,
      deprecation(field),
      prose(field.description),
      `Returns ${typeLink(field.type)}.`,
      field.args.length > 0 ? table(["Argument", "Type", "Meaning"], field.args.map(argumentRow)) : ""
    ].filter(Boolean).join("\n\n")
  );
  return { name, title: name[0].toUpperCase() + name.slice(1), count: fields.length, markdown: sections2.join("\n\n") };
}
function typePage(name, title, types) {
  const sections2 = types.toSorted(byName).map((type) => [`## ${type.name}`, prose(type.description), content(type)].filter(Boolean).join("\n\n"));
  return { name, title, count: types.length, markdown: sections2.join("\n\n") };
}
function content(type) {
  if (isEnumType(type))
    return table(
      ["Value", "Meaning"],
      type.getValues().map((value) => [code(value.name), cell([deprecation(value), value.description])])
    );
  if (isUnionType(type)) return `One of ${type.getTypes().map(typeLink).join(", ")}.`;
  if (isInputObjectType(type))
    return table(["Field", "Type", "Meaning"], Object.values(type.getFields()).map(argumentRow));
  if (isScalarType(type)) return type.specifiedByURL ? `[Specification](${type.specifiedByURL})` : "";
  const interfaces = type.getInterfaces();
  const rows = Object.values(type.getFields()).map((field) => [
    code(field.name) + argumentsOf(field),
    typeLink(field.type),
    cell([deprecation(field), field.description])
  ]);
  const implemented = interfaces.length > 0 ? `Implements ${interfaces.map(typeLink).join(", ")}.` : "";
  return [implemented, table(["Field", "Type", "Meaning"], rows)].filter(Boolean).join("\n\n");
}
var argumentsOf = ({ args }) => args.length > 0 ? ` (${args.map(({ name, type }) => `${code(name)}: ${typeLink(type)}`).join(", ")})` : "";
var argumentRow = ({ name, type, description, defaultValue }) => [
  code(name),
  typeLink(type) + (defaultValue === void 0 ? "" : `, default ${code(JSON.stringify(defaultValue))}`),
  cell([description])
];
function typeLink(type) {
  const named = getNamedType(type);
  const page = KINDS.find(({ has }) => has(named));
  const [before, after] = String(type).split(named.name);
  return `${before.replaceAll("[", "&#91;")}[${named.name}](${page.name}.md#${named.name.toLowerCase()})${after.replaceAll("]", "&#93;")}`;
}
var byName = (one, other) => one.name < other.name ? -1 : 1;
var code = (text) => `\`${text}\``;
var deprecation = ({ deprecationReason }) => deprecationReason ? `**Deprecated:** ${deprecationReason}` : "";
var prose = (text) => text ?? "";
var cell = (texts) => texts.filter(Boolean).join(" ").replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
var table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

// pages.mjs
var __vite_injected_original_import_meta_url = "file:///work/wt/lead/docs/.vitepress/pages.mjs";
var root = resolve(fileURLToPath(__vite_injected_original_import_meta_url), "../../..");
var preparedFolder = join(root, "node_modules/.cache/stackgate-docs");
var CODE = /(^(?: {0,3})```[^]*?^ {0,3}```$|`[^`\n]*`)/gm;
var COMMENT = /^<!--[^]*?-->\n?/gm;
var LINK = /(\]\()([^)\s]+)(\))/g;
var IMAGE = /\.(?:webp|png|svg|jpe?g)$/;
var LANGUAGES = { ".cfg": "txt", ".ini": "ini", ".mjs": "js", ".yml": "yaml", ".py": "python", "": "txt" };
var COLORED_CHARACTERS = 3e4;
function addressOf(file) {
  if (IMAGE.test(file)) return file.replace(/^docs\//, "");
  if (!file.endsWith(".md")) return `source/${file}.md`;
  if (file === "README.md") return "introduction.md";
  if (!file.includes("/")) return file.toLowerCase().replaceAll("_", "-");
  return file.replace(/^docs\//, "").replace(/(^|\/)README\.md$/, "$1index.md");
}
function collectPages() {
  const found = /* @__PURE__ */ new Map();
  const waiting = readdirSync(join(root, "docs"), { recursive: true }).filter((name) => name.endsWith(".md") && !name.startsWith(".vitepress")).map((name) => join("docs", name)).toSorted();
  for (const file of waiting) {
    if (found.has(file)) continue;
    found.set(file, IMAGE.test(file) ? null : pageOf(file, (target) => waiting.push(target)));
  }
  const images = [...found.keys()].filter((file) => found.get(file) === null);
  const pages2 = [...found.values()].filter((page) => page !== null);
  return { pages: [...pages2, ...graphqlReference(join(root, "src/schema/schema.graphql"))], images };
}
function pageOf(file, visit) {
  const path = addressOf(file);
  if (file.endsWith(".md")) {
    const text = readFileSync2(join(root, file), "utf8");
    return { path, source: file, title: titleOf(text), markdown: rewritten(text, file, visit) };
  }
  return { path, source: file, title: file, markdown: sourcePage(file) };
}
var titleOf = (text) => /^# (.+)$/m.exec(text)?.[1].replaceAll("`", "") ?? "Stackgate";
function rewritten(text, file, visit) {
  const from = dirname(addressOf(file));
  const parts = text.replaceAll(COMMENT, "").split(CODE);
  return parts.map((part, index) => index % 2 ? part.replace(/^```(?:mermaid|text)$/m, "```txt") : part.replaceAll(LINK, link)).join("");
  function link(whole, open, target, close) {
    if (/^(?:[a-z]+:|#)/.test(target)) return whole;
    const [path, anchor] = target.split("#");
    const linked = fileOf(join(dirname(file), path));
    visit(linked);
    return `${open}${relative(from, addressOf(linked))}${anchor === void 0 ? "" : `#${anchor}`}${close}`;
  }
}
function fileOf(path) {
  const file = path.replace(/\/$/, "");
  if (!existsSync(join(root, file))) throw new Error(`There is no ${file}`);
  return existsSync(join(root, file, "README.md")) ? join(file, "README.md") : file;
}
function sourcePage(path) {
  const files = statSync(join(root, path)).isDirectory() ? readdirSync(join(root, path), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => join(path, name)).toSorted() : [path];
  const blocks = files.map((file) => {
    const text = readFileSync2(join(root, file), "utf8").trimEnd();
    const language = text.length > COLORED_CHARACTERS ? "txt" : LANGUAGES[extname(file)] ?? extname(file).slice(1);
    return `${files.length > 1 ? `## ${file}

` : ""}\`\`\`\`${language}
${text}
\`\`\`\``;
  });
  return `# ${path}

${blocks.join("\n\n")}
`;
}
function preparePages() {
  rmSync(preparedFolder, { recursive: true, force: true });
  const { pages: pages2, images } = collectPages();
  for (const { path, markdown } of pages2) write(path, markdown);
  for (const image of images) {
    const target = join(preparedFolder, addressOf(image));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, image), target);
  }
  return pages2;
}
function write(path, text) {
  const target = join(preparedFolder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
function sectionsOf(pages2) {
  const index = pages2.find(({ path }) => path === "index.md").markdown;
  return index.split(/^## /m).slice(1).map((section) => ({
    title: section.slice(0, section.indexOf("\n")),
    items: [...section.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) \| (.+) \|$/gm)].map(([, text, link, question]) => ({
      text,
      link,
      question
    }))
  }));
}

// agent-files.mjs
var INTERNAL = /^(?:decisions|requirements|source|src|bench|changelog)\/|^(?:requirements|style|glossary|changelog|code-of-conduct|contributing)\.md$/;
function agentFiles(pages2, sections2, base) {
  const header = "# Stackgate\n\n> Stackgate is a GraphQL server that sells software and operates it: plans, entitlements, billing, a template marketplace, and commands for agents on servers of customers.\n";
  const lists = sections2.map(
    ({ title, items }) => `## ${title}

${items.map(({ text, link, question }) => `- [${text}](${base}${link}): ${question}`).join("\n")}
`
  );
  const reference = pages2.filter(({ path }) => path.startsWith("reference/")).map(({ title, path }) => `- [${title}](${base}${path})`);
  const full = pages2.filter(({ path }) => !INTERNAL.test(path)).map(({ path, markdown }) => `<!-- ${base}${path} -->

${markdown}`);
  return [
    ["llms.txt", `${header}
${lists.join("\n")}
## Reference

${reference.join("\n")}
`],
    ["llms-full.txt", `${header}
${full.join("\n")}`],
    ...pages2.map(({ path, markdown }) => [path, markdown])
  ];
}

// config.mjs
var pages = preparePages();
var sections = sectionsOf(pages);
var codeStyles = transformerStyleToClass({ classPrefix: "c-" });
var scripts = /* @__PURE__ */ new Map();
var UNSEARCHED = /^(?:requirements|source|changelog|bench)\//;
var item = ({ text, link }) => ({ text, link: `/${link.replace(/\.md(#|$)/, "$1").replace(/(^|\/)index$/, "$1")}` });
var graphqlPages = pages.filter(({ path }) => path.startsWith("reference/graphql/") && !path.endsWith("/index.md"));
var sidebar = [
  ...sections.map(({ title, items }) => ({ text: title, items: items.map(item) })),
  {
    text: "GraphQL reference",
    link: "/reference/graphql/",
    items: graphqlPages.map(({ title, path }) => item({ text: title.replace(/^GraphQL reference: /, ""), link: path }))
  }
];
var config_default = {
  title: "Stackgate",
  description: "Plans, entitlements, billing, a template marketplace and commands for agents: documentation of Stackgate.",
  lang: "en-US",
  srcDir: preparedFolder,
  cacheDir: join2(preparedFolder, "../stackgate-docs-vite"),
  cleanUrls: false,
  ignoreDeadLinks: "localhostLinks",
  metaChunk: true,
  // With it, the switch of colors would write a style element, which the policy of the server forbids.
  appearance: { disableTransition: false },
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    html: false,
    // The usual ones have too little contrast for small text.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { graphqls: "graphql" },
    // The headings have the anchors that they have on GitHub, which other pages link to.
    anchor: { slugify: anchorOf },
    codeTransformers: [codeStyles],
    config: alignByClass
  },
  themeConfig: {
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "GraphQL", link: "/reference/graphql/" },
      { text: "REST", link: "/rest-api" }
    ],
    sidebar,
    outline: [2, 3],
    externalLinkIcon: false,
    search: {
      provider: "local",
      options: { _render: (source, env, md) => UNSEARCHED.test(env.relativePath) ? "" : md.render(source, env) }
    }
  },
  vite: { build: { chunkSizeWarningLimit: 4e3 } },
  transformHtml: (html) => withoutInlineParts(html),
  buildEnd({ outDir, site }) {
    const write2 = (name, text) => {
      mkdirSync2(dirname2(join2(outDir, name)), { recursive: true });
      writeFileSync2(join2(outDir, name), text);
    };
    write2("code.css", codeStyles.getCSS());
    for (const [name, text] of scripts) write2(name, text);
    for (const [name, text] of agentFiles(pages, sections, site.base)) write2(name, text);
  }
};
function anchorOf(heading) {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
}
function alignByClass(md) {
  md.core.ruler.push("align-by-class", ({ tokens }) => {
    for (const token of tokens) {
      const [, side] = /^text-align:(\w+)$/.exec(token.attrGet("style") ?? "") ?? [];
      if (!side) continue;
      token.attrs = token.attrs.filter(([name]) => name !== "style");
      token.attrJoin("class", `align-${side}`);
    }
  });
}
function withoutInlineParts(html) {
  const base = /href="([^"]*)assets\/style\./.exec(html)?.[1] ?? "/";
  return html.replaceAll(/<script id="[^"]*">([^]+?)<\/script>/g, (_whole, text) => {
    const name = `assets/boot.${createHash("sha256").update(text).digest("hex").slice(0, 8)}.js`;
    scripts.set(name, text);
    return `<script src="${base}${name}"></script>`;
  }).replaceAll(/(<[^>]*?) style="[^"]*"/g, "$1").replace("</head>", `<link rel="stylesheet" href="${base}code.css"></head>`);
}
export {
  config_default as default
};
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiY29uZmlnLm1qcyIsICJwYWdlcy5tanMiLCAiZ3JhcGhxbC1yZWZlcmVuY2UubWpzIiwgImFnZW50LWZpbGVzLm1qcyJdLAogICJzb3VyY2VzQ29udGVudCI6IFsiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L2xlYWQvZG9jcy8udml0ZXByZXNzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay93dC9sZWFkL2RvY3MvLnZpdGVwcmVzcy9jb25maWcubWpzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L2xlYWQvZG9jcy8udml0ZXByZXNzL2NvbmZpZy5tanNcIjsvLyBEb2N1bWVudGF0aW9uIHNpdGUuIGBucG0gcnVuIGJ1aWxkOmRvY3NgIGJ1aWxkcyBpdDsgdGVzdC9zdGFydC9kb2N1bWVudGF0aW9uLXNpdGUudGVzdC50cyB0ZXN0cyBpdC5cbmltcG9ydCB7IGNyZWF0ZUhhc2ggfSBmcm9tICdub2RlOmNyeXB0bydcbmltcG9ydCB7IG1rZGlyU3luYywgd3JpdGVGaWxlU3luYyB9IGZyb20gJ25vZGU6ZnMnXG5pbXBvcnQgeyBkaXJuYW1lLCBqb2luIH0gZnJvbSAnbm9kZTpwYXRoJ1xuaW1wb3J0IHsgdHJhbnNmb3JtZXJTdHlsZVRvQ2xhc3MgfSBmcm9tICdAc2hpa2lqcy90cmFuc2Zvcm1lcnMnXG5pbXBvcnQgeyBwcmVwYXJlZEZvbGRlciwgcHJlcGFyZVBhZ2VzLCBzZWN0aW9uc09mIH0gZnJvbSAnLi9wYWdlcy5tanMnXG5pbXBvcnQgeyBhZ2VudEZpbGVzIH0gZnJvbSAnLi9hZ2VudC1maWxlcy5tanMnXG5cbmNvbnN0IHBhZ2VzID0gcHJlcGFyZVBhZ2VzKClcbmNvbnN0IHNlY3Rpb25zID0gc2VjdGlvbnNPZihwYWdlcylcbi8qKiBTdHlsZXMgb2YgY29kZSBhcyBjbGFzc2VzOiB0aGUgcG9saWN5IG9mIHRoZSBzZXJ2ZXIgZm9yYmlkcyBzdHlsZSBhdHRyaWJ1dGVzLiAqL1xuY29uc3QgY29kZVN0eWxlcyA9IHRyYW5zZm9ybWVyU3R5bGVUb0NsYXNzKHsgY2xhc3NQcmVmaXg6ICdjLScgfSlcbi8qKiBTY3JpcHRzIHRoYXQgdGhlIGdlbmVyYXRvciB3cml0ZXMgaW50byBlYWNoIHBhZ2U7IHRoZSBwb2xpY3kgb2YgdGhlIHNlcnZlciBhbGxvd3MgZmlsZXMgb25seS4gKi9cbmNvbnN0IHNjcmlwdHMgPSBuZXcgTWFwKClcblxuLyoqIFBhZ2VzIHRoYXQgYSBzZWFyY2ggZG9lcyBub3QgZmluZDogdGhleSB3b3VsZCBoaWRlIHRoZSBwYWdlcyBmb3IgcmVhZGVycy4gKi9cbmNvbnN0IFVOU0VBUkNIRUQgPSAvXig/OnJlcXVpcmVtZW50c3xzb3VyY2V8Y2hhbmdlbG9nfGJlbmNoKVxcLy9cblxuY29uc3QgaXRlbSA9ICh7IHRleHQsIGxpbmsgfSkgPT4gKHsgdGV4dCwgbGluazogYC8ke2xpbmsucmVwbGFjZSgvXFwubWQoI3wkKS8sICckMScpLnJlcGxhY2UoLyhefFxcLylpbmRleCQvLCAnJDEnKX1gIH0pXG5jb25zdCBncmFwaHFsUGFnZXMgPSBwYWdlcy5maWx0ZXIoKHsgcGF0aCB9KSA9PiBwYXRoLnN0YXJ0c1dpdGgoJ3JlZmVyZW5jZS9ncmFwaHFsLycpICYmICFwYXRoLmVuZHNXaXRoKCcvaW5kZXgubWQnKSlcblxuY29uc3Qgc2lkZWJhciA9IFtcbiAgLi4uc2VjdGlvbnMubWFwKCh7IHRpdGxlLCBpdGVtcyB9KSA9PiAoeyB0ZXh0OiB0aXRsZSwgaXRlbXM6IGl0ZW1zLm1hcChpdGVtKSB9KSksXG4gIHtcbiAgICB0ZXh0OiAnR3JhcGhRTCByZWZlcmVuY2UnLFxuICAgIGxpbms6ICcvcmVmZXJlbmNlL2dyYXBocWwvJyxcbiAgICBpdGVtczogZ3JhcGhxbFBhZ2VzLm1hcCgoeyB0aXRsZSwgcGF0aCB9KSA9PiBpdGVtKHsgdGV4dDogdGl0bGUucmVwbGFjZSgvXkdyYXBoUUwgcmVmZXJlbmNlOiAvLCAnJyksIGxpbms6IHBhdGggfSkpLFxuICB9LFxuXVxuXG5leHBvcnQgZGVmYXVsdCB7XG4gIHRpdGxlOiAnU3RhY2tnYXRlJyxcbiAgZGVzY3JpcHRpb246XG4gICAgJ1BsYW5zLCBlbnRpdGxlbWVudHMsIGJpbGxpbmcsIGEgdGVtcGxhdGUgbWFya2V0cGxhY2UgYW5kIGNvbW1hbmRzIGZvciBhZ2VudHM6IGRvY3VtZW50YXRpb24gb2YgU3RhY2tnYXRlLicsXG4gIGxhbmc6ICdlbi1VUycsXG4gIHNyY0RpcjogcHJlcGFyZWRGb2xkZXIsXG4gIGNhY2hlRGlyOiBqb2luKHByZXBhcmVkRm9sZGVyLCAnLi4vc3RhY2tnYXRlLWRvY3Mtdml0ZScpLFxuICBjbGVhblVybHM6IGZhbHNlLFxuICBpZ25vcmVEZWFkTGlua3M6ICdsb2NhbGhvc3RMaW5rcycsXG4gIG1ldGFDaHVuazogdHJ1ZSxcbiAgLy8gV2l0aCBpdCwgdGhlIHN3aXRjaCBvZiBjb2xvcnMgd291bGQgd3JpdGUgYSBzdHlsZSBlbGVtZW50LCB3aGljaCB0aGUgcG9saWN5IG9mIHRoZSBzZXJ2ZXIgZm9yYmlkcy5cbiAgYXBwZWFyYW5jZTogeyBkaXNhYmxlVHJhbnNpdGlvbjogZmFsc2UgfSxcbiAgaGVhZDogW1snbGluaycsIHsgcmVsOiAnaWNvbicsIGhyZWY6ICdkYXRhOiwnIH1dXSxcbiAgbWFya2Rvd246IHtcbiAgICBodG1sOiBmYWxzZSxcbiAgICAvLyBUaGUgdXN1YWwgb25lcyBoYXZlIHRvbyBsaXR0bGUgY29udHJhc3QgZm9yIHNtYWxsIHRleHQuXG4gICAgdGhlbWU6IHsgbGlnaHQ6ICdnaXRodWItbGlnaHQtaGlnaC1jb250cmFzdCcsIGRhcms6ICdnaXRodWItZGFyay1oaWdoLWNvbnRyYXN0JyB9LFxuICAgIGxhbmd1YWdlQWxpYXM6IHsgZ3JhcGhxbHM6ICdncmFwaHFsJyB9LFxuICAgIC8vIFRoZSBoZWFkaW5ncyBoYXZlIHRoZSBhbmNob3JzIHRoYXQgdGhleSBoYXZlIG9uIEdpdEh1Yiwgd2hpY2ggb3RoZXIgcGFnZXMgbGluayB0by5cbiAgICBhbmNob3I6IHsgc2x1Z2lmeTogYW5jaG9yT2YgfSxcbiAgICBjb2RlVHJhbnNmb3JtZXJzOiBbY29kZVN0eWxlc10sXG4gICAgY29uZmlnOiBhbGlnbkJ5Q2xhc3MsXG4gIH0sXG4gIHRoZW1lQ29uZmlnOiB7XG4gICAgbmF2OiBbXG4gICAgICB7IHRleHQ6ICdUdXRvcmlhbCcsIGxpbms6ICcvdHV0b3JpYWwnIH0sXG4gICAgICB7IHRleHQ6ICdHcmFwaFFMJywgbGluazogJy9yZWZlcmVuY2UvZ3JhcGhxbC8nIH0sXG4gICAgICB7IHRleHQ6ICdSRVNUJywgbGluazogJy9yZXN0LWFwaScgfSxcbiAgICBdLFxuICAgIHNpZGViYXIsXG4gICAgb3V0bGluZTogWzIsIDNdLFxuICAgIGV4dGVybmFsTGlua0ljb246IGZhbHNlLFxuICAgIHNlYXJjaDoge1xuICAgICAgcHJvdmlkZXI6ICdsb2NhbCcsXG4gICAgICBvcHRpb25zOiB7IF9yZW5kZXI6IChzb3VyY2UsIGVudiwgbWQpID0+IChVTlNFQVJDSEVELnRlc3QoZW52LnJlbGF0aXZlUGF0aCkgPyAnJyA6IG1kLnJlbmRlcihzb3VyY2UsIGVudikpIH0sXG4gICAgfSxcbiAgfSxcbiAgdml0ZTogeyBidWlsZDogeyBjaHVua1NpemVXYXJuaW5nTGltaXQ6IDQwMDAgfSB9LFxuICB0cmFuc2Zvcm1IdG1sOiAoaHRtbCkgPT4gd2l0aG91dElubGluZVBhcnRzKGh0bWwpLFxuICBidWlsZEVuZCh7IG91dERpciwgc2l0ZSB9KSB7XG4gICAgY29uc3Qgd3JpdGUgPSAobmFtZSwgdGV4dCkgPT4ge1xuICAgICAgbWtkaXJTeW5jKGRpcm5hbWUoam9pbihvdXREaXIsIG5hbWUpKSwgeyByZWN1cnNpdmU6IHRydWUgfSlcbiAgICAgIHdyaXRlRmlsZVN5bmMoam9pbihvdXREaXIsIG5hbWUpLCB0ZXh0KVxuICAgIH1cbiAgICB3cml0ZSgnY29kZS5jc3MnLCBjb2RlU3R5bGVzLmdldENTUygpKVxuICAgIGZvciAoY29uc3QgW25hbWUsIHRleHRdIG9mIHNjcmlwdHMpIHdyaXRlKG5hbWUsIHRleHQpXG4gICAgZm9yIChjb25zdCBbbmFtZSwgdGV4dF0gb2YgYWdlbnRGaWxlcyhwYWdlcywgc2VjdGlvbnMsIHNpdGUuYmFzZSkpIHdyaXRlKG5hbWUsIHRleHQpXG4gIH0sXG59XG5cbmZ1bmN0aW9uIGFuY2hvck9mKGhlYWRpbmcpIHtcbiAgcmV0dXJuIGhlYWRpbmdcbiAgICAudG9Mb3dlckNhc2UoKVxuICAgIC5yZXBsYWNlQWxsKC9bXlxccHtMfVxccHtOfVxcc18tXS9ndSwgJycpXG4gICAgLnJlcGxhY2VBbGwoJyAnLCAnLScpXG59XG5cbi8qKiBDb2x1bW5zIG9mIHRhYmxlcyBhcmUgYWxpZ25lZCBieSBjbGFzc2VzLiAqL1xuZnVuY3Rpb24gYWxpZ25CeUNsYXNzKG1kKSB7XG4gIG1kLmNvcmUucnVsZXIucHVzaCgnYWxpZ24tYnktY2xhc3MnLCAoeyB0b2tlbnMgfSkgPT4ge1xuICAgIGZvciAoY29uc3QgdG9rZW4gb2YgdG9rZW5zKSB7XG4gICAgICBjb25zdCBbLCBzaWRlXSA9IC9edGV4dC1hbGlnbjooXFx3KykkLy5leGVjKHRva2VuLmF0dHJHZXQoJ3N0eWxlJykgPz8gJycpID8/IFtdXG4gICAgICBpZiAoIXNpZGUpIGNvbnRpbnVlXG4gICAgICB0b2tlbi5hdHRycyA9IHRva2VuLmF0dHJzLmZpbHRlcigoW25hbWVdKSA9PiBuYW1lICE9PSAnc3R5bGUnKVxuICAgICAgdG9rZW4uYXR0ckpvaW4oJ2NsYXNzJywgYGFsaWduLSR7c2lkZX1gKVxuICAgIH1cbiAgfSlcbn1cblxuLyoqIFRoZSBwYWdlIHdpdGhvdXQgc2NyaXB0cyBhbmQgc3R5bGVzIG9mIGl0cyBvd24uICovXG5mdW5jdGlvbiB3aXRob3V0SW5saW5lUGFydHMoaHRtbCkge1xuICBjb25zdCBiYXNlID0gL2hyZWY9XCIoW15cIl0qKWFzc2V0c1xcL3N0eWxlXFwuLy5leGVjKGh0bWwpPy5bMV0gPz8gJy8nXG4gIHJldHVybiBodG1sXG4gICAgLnJlcGxhY2VBbGwoLzxzY3JpcHQgaWQ9XCJbXlwiXSpcIj4oW15dKz8pPFxcL3NjcmlwdD4vZywgKF93aG9sZSwgdGV4dCkgPT4ge1xuICAgICAgY29uc3QgbmFtZSA9IGBhc3NldHMvYm9vdC4ke2NyZWF0ZUhhc2goJ3NoYTI1NicpLnVwZGF0ZSh0ZXh0KS5kaWdlc3QoJ2hleCcpLnNsaWNlKDAsIDgpfS5qc2BcbiAgICAgIHNjcmlwdHMuc2V0KG5hbWUsIHRleHQpXG4gICAgICByZXR1cm4gYDxzY3JpcHQgc3JjPVwiJHtiYXNlfSR7bmFtZX1cIj48L3NjcmlwdD5gXG4gICAgfSlcbiAgICAucmVwbGFjZUFsbCgvKDxbXj5dKj8pIHN0eWxlPVwiW15cIl0qXCIvZywgJyQxJylcbiAgICAucmVwbGFjZSgnPC9oZWFkPicsIGA8bGluayByZWw9XCJzdHlsZXNoZWV0XCIgaHJlZj1cIiR7YmFzZX1jb2RlLmNzc1wiPjwvaGVhZD5gKVxufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9sZWFkL2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3QvbGVhZC9kb2NzLy52aXRlcHJlc3MvcGFnZXMubWpzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L2xlYWQvZG9jcy8udml0ZXByZXNzL3BhZ2VzLm1qc1wiOy8vIFBhZ2VzIG9mIHRoZSBkb2N1bWVudGF0aW9uIHNpdGU6IHRob3NlIG9mIGRvY3MvLCB0aGUgcGFnZXMgYW5kIGZpbGVzIG9mIHRoZSBwcm9qZWN0IHRoYXQgdGhleSBsaW5rIHRvLCBhbmQgdGhlIHJlZmVyZW5jZSBvZiBHcmFwaFFMLlxuLy8gUGxhaW4gSmF2YVNjcmlwdCwgYmVjYXVzZSBpdCBydW5zIGJlZm9yZSBhbnl0aGluZyBpcyBjb21waWxlZC5cbmltcG9ydCB7IGNwU3luYywgZXhpc3RzU3luYywgbWtkaXJTeW5jLCByZWFkZGlyU3luYywgcmVhZEZpbGVTeW5jLCBybVN5bmMsIHN0YXRTeW5jLCB3cml0ZUZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcydcbmltcG9ydCB7IGRpcm5hbWUsIGV4dG5hbWUsIGpvaW4sIHJlbGF0aXZlLCByZXNvbHZlIH0gZnJvbSAnbm9kZTpwYXRoJ1xuaW1wb3J0IHsgZmlsZVVSTFRvUGF0aCB9IGZyb20gJ25vZGU6dXJsJ1xuaW1wb3J0IHsgZ3JhcGhxbFJlZmVyZW5jZSB9IGZyb20gJy4vZ3JhcGhxbC1yZWZlcmVuY2UubWpzJ1xuXG5leHBvcnQgY29uc3Qgcm9vdCA9IHJlc29sdmUoZmlsZVVSTFRvUGF0aChpbXBvcnQubWV0YS51cmwpLCAnLi4vLi4vLi4nKVxuLyoqIE1hcmtkb3duIGZyb20gd2hpY2ggdGhlIHNpdGUgaXMgYnVpbHQuICovXG5leHBvcnQgY29uc3QgcHJlcGFyZWRGb2xkZXIgPSBqb2luKHJvb3QsICdub2RlX21vZHVsZXMvLmNhY2hlL3N0YWNrZ2F0ZS1kb2NzJylcblxuLyoqIEZlbmNlcywgY29kZSBzcGFucyBhbmQgY29tbWVudHMgaGF2ZSBubyBsaW5rcy4gKi9cbmNvbnN0IENPREUgPSAvKF4oPzogezAsM30pYGBgW15dKj9eIHswLDN9YGBgJHxgW15gXFxuXSpgKS9nbVxuY29uc3QgQ09NTUVOVCA9IC9ePCEtLVteXSo/LS0+XFxuPy9nbVxuY29uc3QgTElOSyA9IC8oXFxdXFwoKShbXilcXHNdKykoXFwpKS9nXG5jb25zdCBJTUFHRSA9IC9cXC4oPzp3ZWJwfHBuZ3xzdmd8anBlP2cpJC9cblxuLyoqIExhbmd1YWdlcyBvZiBmaWxlcyB0aGF0IHBhZ2VzIGxpbmsgdG8uICovXG5jb25zdCBMQU5HVUFHRVMgPSB7ICcuY2ZnJzogJ3R4dCcsICcuaW5pJzogJ2luaScsICcubWpzJzogJ2pzJywgJy55bWwnOiAneWFtbCcsICcucHknOiAncHl0aG9uJywgJyc6ICd0eHQnIH1cbi8qKiBMYXJnZXIgZmlsZXMgYXJlIHNob3duIHdpdGhvdXQgY29sb3JzOiBlYWNoIHdvcmQgd291bGQgYmUgYW4gZWxlbWVudCBvZiB0aGUgcGFnZS4gKi9cbmNvbnN0IENPTE9SRURfQ0hBUkFDVEVSUyA9IDMwXzAwMFxuXG4vKipcbiAqIEEgcGFnZSBvZiB0aGUgc2l0ZS5cbiAqIEB0eXBlZGVmIHt7IHBhdGg6IHN0cmluZywgdGl0bGU6IHN0cmluZywgbWFya2Rvd246IHN0cmluZywgc291cmNlOiBzdHJpbmcgfX0gU2l0ZVBhZ2VcbiAqICAgcGF0aDogYWRkcmVzcyB3aXRoaW4gdGhlIHNpdGUsIHdpdGggYC5tZGA7IHNvdXJjZTogZmlsZSBvZiB0aGUgcHJvamVjdFxuICovXG5cbi8qKiBBZGRyZXNzIG9mIGEgZmlsZSBvciBhIGZvbGRlciBvZiB0aGUgcHJvamVjdCB3aXRoaW4gdGhlIHNpdGUsIHdpdGggYC5tZGAgZm9yIHBhZ2VzLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGFkZHJlc3NPZihmaWxlKSB7XG4gIGlmIChJTUFHRS50ZXN0KGZpbGUpKSByZXR1cm4gZmlsZS5yZXBsYWNlKC9eZG9jc1xcLy8sICcnKVxuICBpZiAoIWZpbGUuZW5kc1dpdGgoJy5tZCcpKSByZXR1cm4gYHNvdXJjZS8ke2ZpbGV9Lm1kYFxuICBpZiAoZmlsZSA9PT0gJ1JFQURNRS5tZCcpIHJldHVybiAnaW50cm9kdWN0aW9uLm1kJ1xuICBpZiAoIWZpbGUuaW5jbHVkZXMoJy8nKSkgcmV0dXJuIGZpbGUudG9Mb3dlckNhc2UoKS5yZXBsYWNlQWxsKCdfJywgJy0nKVxuICByZXR1cm4gZmlsZS5yZXBsYWNlKC9eZG9jc1xcLy8sICcnKS5yZXBsYWNlKC8oXnxcXC8pUkVBRE1FXFwubWQkLywgJyQxaW5kZXgubWQnKVxufVxuXG4vKiogQWxsIHBhZ2VzLCBhbmQgdGhlIGltYWdlcyB0aGF0IHRoZXkgc2hvdy4gKi9cbmV4cG9ydCBmdW5jdGlvbiBjb2xsZWN0UGFnZXMoKSB7XG4gIGNvbnN0IGZvdW5kID0gbmV3IE1hcCgpXG4gIGNvbnN0IHdhaXRpbmcgPSByZWFkZGlyU3luYyhqb2luKHJvb3QsICdkb2NzJyksIHsgcmVjdXJzaXZlOiB0cnVlIH0pXG4gICAgLmZpbHRlcigobmFtZSkgPT4gbmFtZS5lbmRzV2l0aCgnLm1kJykgJiYgIW5hbWUuc3RhcnRzV2l0aCgnLnZpdGVwcmVzcycpKVxuICAgIC5tYXAoKG5hbWUpID0+IGpvaW4oJ2RvY3MnLCBuYW1lKSlcbiAgICAudG9Tb3J0ZWQoKVxuICBmb3IgKGNvbnN0IGZpbGUgb2Ygd2FpdGluZykge1xuICAgIGlmIChmb3VuZC5oYXMoZmlsZSkpIGNvbnRpbnVlXG4gICAgZm91bmQuc2V0KGZpbGUsIElNQUdFLnRlc3QoZmlsZSkgPyBudWxsIDogcGFnZU9mKGZpbGUsICh0YXJnZXQpID0+IHdhaXRpbmcucHVzaCh0YXJnZXQpKSlcbiAgfVxuICBjb25zdCBpbWFnZXMgPSBbLi4uZm91bmQua2V5cygpXS5maWx0ZXIoKGZpbGUpID0+IGZvdW5kLmdldChmaWxlKSA9PT0gbnVsbClcbiAgY29uc3QgcGFnZXMgPSBbLi4uZm91bmQudmFsdWVzKCldLmZpbHRlcigocGFnZSkgPT4gcGFnZSAhPT0gbnVsbClcbiAgcmV0dXJuIHsgcGFnZXM6IFsuLi5wYWdlcywgLi4uZ3JhcGhxbFJlZmVyZW5jZShqb2luKHJvb3QsICdzcmMvc2NoZW1hL3NjaGVtYS5ncmFwaHFsJykpXSwgaW1hZ2VzIH1cbn1cblxuZnVuY3Rpb24gcGFnZU9mKGZpbGUsIHZpc2l0KSB7XG4gIGNvbnN0IHBhdGggPSBhZGRyZXNzT2YoZmlsZSlcbiAgaWYgKGZpbGUuZW5kc1dpdGgoJy5tZCcpKSB7XG4gICAgY29uc3QgdGV4dCA9IHJlYWRGaWxlU3luYyhqb2luKHJvb3QsIGZpbGUpLCAndXRmOCcpXG4gICAgcmV0dXJuIHsgcGF0aCwgc291cmNlOiBmaWxlLCB0aXRsZTogdGl0bGVPZih0ZXh0KSwgbWFya2Rvd246IHJld3JpdHRlbih0ZXh0LCBmaWxlLCB2aXNpdCkgfVxuICB9XG4gIHJldHVybiB7IHBhdGgsIHNvdXJjZTogZmlsZSwgdGl0bGU6IGZpbGUsIG1hcmtkb3duOiBzb3VyY2VQYWdlKGZpbGUpIH1cbn1cblxuY29uc3QgdGl0bGVPZiA9ICh0ZXh0KSA9PiAvXiMgKC4rKSQvbS5leGVjKHRleHQpPy5bMV0ucmVwbGFjZUFsbCgnYCcsICcnKSA/PyAnU3RhY2tnYXRlJ1xuXG4vKiogVGhlIHRleHQgd2l0aCBsaW5rcyBhcyB0aGUgc2l0ZSBoYXMgdGhlbS4gKi9cbmZ1bmN0aW9uIHJld3JpdHRlbih0ZXh0LCBmaWxlLCB2aXNpdCkge1xuICBjb25zdCBmcm9tID0gZGlybmFtZShhZGRyZXNzT2YoZmlsZSkpXG4gIGNvbnN0IHBhcnRzID0gdGV4dC5yZXBsYWNlQWxsKENPTU1FTlQsICcnKS5zcGxpdChDT0RFKVxuICByZXR1cm4gcGFydHNcbiAgICAubWFwKChwYXJ0LCBpbmRleCkgPT4gKGluZGV4ICUgMiA/IHBhcnQucmVwbGFjZSgvXmBgYCg/Om1lcm1haWR8dGV4dCkkL20sICdgYGB0eHQnKSA6IHBhcnQucmVwbGFjZUFsbChMSU5LLCBsaW5rKSkpXG4gICAgLmpvaW4oJycpXG5cbiAgZnVuY3Rpb24gbGluayh3aG9sZSwgb3BlbiwgdGFyZ2V0LCBjbG9zZSkge1xuICAgIGlmICgvXig/OlthLXpdKzp8IykvLnRlc3QodGFyZ2V0KSkgcmV0dXJuIHdob2xlXG4gICAgY29uc3QgW3BhdGgsIGFuY2hvcl0gPSB0YXJnZXQuc3BsaXQoJyMnKVxuICAgIGNvbnN0IGxpbmtlZCA9IGZpbGVPZihqb2luKGRpcm5hbWUoZmlsZSksIHBhdGgpKVxuICAgIHZpc2l0KGxpbmtlZClcbiAgICByZXR1cm4gYCR7b3Blbn0ke3JlbGF0aXZlKGZyb20sIGFkZHJlc3NPZihsaW5rZWQpKX0ke2FuY2hvciA9PT0gdW5kZWZpbmVkID8gJycgOiBgIyR7YW5jaG9yfWB9JHtjbG9zZX1gXG4gIH1cbn1cblxuLyoqIEEgZm9sZGVyIGlzIGl0cyBSRUFETUUsIGlmIGl0IGhhcyBvbmUuICovXG5mdW5jdGlvbiBmaWxlT2YocGF0aCkge1xuICBjb25zdCBmaWxlID0gcGF0aC5yZXBsYWNlKC9cXC8kLywgJycpXG4gIGlmICghZXhpc3RzU3luYyhqb2luKHJvb3QsIGZpbGUpKSkgdGhyb3cgbmV3IEVycm9yKGBUaGVyZSBpcyBubyAke2ZpbGV9YClcbiAgcmV0dXJuIGV4aXN0c1N5bmMoam9pbihyb290LCBmaWxlLCAnUkVBRE1FLm1kJykpID8gam9pbihmaWxlLCAnUkVBRE1FLm1kJykgOiBmaWxlXG59XG5cbi8qKiBBIHBhZ2UgdGhhdCBzaG93cyBvbmUgZmlsZSwgb3IgdGhlIGZpbGVzIG9mIGEgZm9sZGVyLiAqL1xuZnVuY3Rpb24gc291cmNlUGFnZShwYXRoKSB7XG4gIGNvbnN0IGZpbGVzID0gc3RhdFN5bmMoam9pbihyb290LCBwYXRoKSkuaXNEaXJlY3RvcnkoKVxuICAgID8gcmVhZGRpclN5bmMoam9pbihyb290LCBwYXRoKSwgeyB3aXRoRmlsZVR5cGVzOiB0cnVlIH0pXG4gICAgICAgIC5maWx0ZXIoKGVudHJ5KSA9PiBlbnRyeS5pc0ZpbGUoKSlcbiAgICAgICAgLm1hcCgoeyBuYW1lIH0pID0+IGpvaW4ocGF0aCwgbmFtZSkpXG4gICAgICAgIC50b1NvcnRlZCgpXG4gICAgOiBbcGF0aF1cbiAgY29uc3QgYmxvY2tzID0gZmlsZXMubWFwKChmaWxlKSA9PiB7XG4gICAgY29uc3QgdGV4dCA9IHJlYWRGaWxlU3luYyhqb2luKHJvb3QsIGZpbGUpLCAndXRmOCcpLnRyaW1FbmQoKVxuICAgIGNvbnN0IGxhbmd1YWdlID0gdGV4dC5sZW5ndGggPiBDT0xPUkVEX0NIQVJBQ1RFUlMgPyAndHh0JyA6IChMQU5HVUFHRVNbZXh0bmFtZShmaWxlKV0gPz8gZXh0bmFtZShmaWxlKS5zbGljZSgxKSlcbiAgICByZXR1cm4gYCR7ZmlsZXMubGVuZ3RoID4gMSA/IGAjIyAke2ZpbGV9XFxuXFxuYCA6ICcnfVxcYFxcYFxcYFxcYCR7bGFuZ3VhZ2V9XFxuJHt0ZXh0fVxcblxcYFxcYFxcYFxcYGBcbiAgfSlcbiAgcmV0dXJuIGAjICR7cGF0aH1cXG5cXG4ke2Jsb2Nrcy5qb2luKCdcXG5cXG4nKX1cXG5gXG59XG5cbi8qKiBXcml0ZXMgdGhlIHBhZ2VzIGZvciB0aGUgZ2VuZXJhdG9yLiBSZXR1cm5zIHRoZW0uICovXG5leHBvcnQgZnVuY3Rpb24gcHJlcGFyZVBhZ2VzKCkge1xuICBybVN5bmMocHJlcGFyZWRGb2xkZXIsIHsgcmVjdXJzaXZlOiB0cnVlLCBmb3JjZTogdHJ1ZSB9KVxuICBjb25zdCB7IHBhZ2VzLCBpbWFnZXMgfSA9IGNvbGxlY3RQYWdlcygpXG4gIGZvciAoY29uc3QgeyBwYXRoLCBtYXJrZG93biB9IG9mIHBhZ2VzKSB3cml0ZShwYXRoLCBtYXJrZG93bilcbiAgZm9yIChjb25zdCBpbWFnZSBvZiBpbWFnZXMpIHtcbiAgICBjb25zdCB0YXJnZXQgPSBqb2luKHByZXBhcmVkRm9sZGVyLCBhZGRyZXNzT2YoaW1hZ2UpKVxuICAgIG1rZGlyU3luYyhkaXJuYW1lKHRhcmdldCksIHsgcmVjdXJzaXZlOiB0cnVlIH0pXG4gICAgY3BTeW5jKGpvaW4ocm9vdCwgaW1hZ2UpLCB0YXJnZXQpXG4gIH1cbiAgcmV0dXJuIHBhZ2VzXG59XG5cbmZ1bmN0aW9uIHdyaXRlKHBhdGgsIHRleHQpIHtcbiAgY29uc3QgdGFyZ2V0ID0gam9pbihwcmVwYXJlZEZvbGRlciwgcGF0aClcbiAgbWtkaXJTeW5jKGRpcm5hbWUodGFyZ2V0KSwgeyByZWN1cnNpdmU6IHRydWUgfSlcbiAgd3JpdGVGaWxlU3luYyh0YXJnZXQsIHRleHQpXG59XG5cbi8qKlxuICogU2VjdGlvbnMgb2YgdGhlIGluZGV4IG9mIGFsbCBwYWdlcyBieSByZWFkZXIgKGRvY3MvUkVBRE1FLm1kKSwgZWFjaCB3aXRoIGl0cyBwYWdlcy5cbiAqIEByZXR1cm5zIHt7IHRpdGxlOiBzdHJpbmcsIGl0ZW1zOiB7IHRleHQ6IHN0cmluZywgbGluazogc3RyaW5nLCBxdWVzdGlvbjogc3RyaW5nIH1bXSB9W119XG4gKi9cbmV4cG9ydCBmdW5jdGlvbiBzZWN0aW9uc09mKHBhZ2VzKSB7XG4gIGNvbnN0IGluZGV4ID0gcGFnZXMuZmluZCgoeyBwYXRoIH0pID0+IHBhdGggPT09ICdpbmRleC5tZCcpLm1hcmtkb3duXG4gIHJldHVybiBpbmRleFxuICAgIC5zcGxpdCgvXiMjIC9tKVxuICAgIC5zbGljZSgxKVxuICAgIC5tYXAoKHNlY3Rpb24pID0+ICh7XG4gICAgICB0aXRsZTogc2VjdGlvbi5zbGljZSgwLCBzZWN0aW9uLmluZGV4T2YoJ1xcbicpKSxcbiAgICAgIGl0ZW1zOiBbLi4uc2VjdGlvbi5tYXRjaEFsbCgvXlxcfCBcXFsoW15cXF1dKylcXF1cXCgoW14pXSspXFwpIFxcfCAoLispIFxcfCQvZ20pXS5tYXAoKFssIHRleHQsIGxpbmssIHF1ZXN0aW9uXSkgPT4gKHtcbiAgICAgICAgdGV4dCxcbiAgICAgICAgbGluayxcbiAgICAgICAgcXVlc3Rpb24sXG4gICAgICB9KSksXG4gICAgfSkpXG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L2xlYWQvZG9jcy8udml0ZXByZXNzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay93dC9sZWFkL2RvY3MvLnZpdGVwcmVzcy9ncmFwaHFsLXJlZmVyZW5jZS5tanNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3QvbGVhZC9kb2NzLy52aXRlcHJlc3MvZ3JhcGhxbC1yZWZlcmVuY2UubWpzXCI7Ly8gVGhlIHJlZmVyZW5jZSBvZiB0aGUgR3JhcGhRTCBzY2hlbWE6IG9uZSBwYWdlIGZvciBlYWNoIGtpbmQgb2YgdHlwZSwgbWFkZSBmcm9tIHRoZSBwcmludGVkIHNjaGVtYS5cbmltcG9ydCB7IHJlYWRGaWxlU3luYyB9IGZyb20gJ25vZGU6ZnMnXG5pbXBvcnQge1xuICBidWlsZFNjaGVtYSxcbiAgZ2V0TmFtZWRUeXBlLFxuICBpc0VudW1UeXBlLFxuICBpc0lucHV0T2JqZWN0VHlwZSxcbiAgaXNJbnRlcmZhY2VUeXBlLFxuICBpc09iamVjdFR5cGUsXG4gIGlzU2NhbGFyVHlwZSxcbiAgaXNVbmlvblR5cGUsXG59IGZyb20gJ2dyYXBocWwnXG5cbmNvbnN0IEZPTERFUiA9ICdyZWZlcmVuY2UvZ3JhcGhxbCdcblxuLyoqIFR5cGVzIG9mIGEgcGFnZS4gT2JqZWN0cyBhcmUgdGhlIG1vc3QsIHNvIHRoYXQgdGhleSBoYXZlIHNldmVyYWwgcGFnZXMuICovXG5jb25zdCBLSU5EUyA9IFtcbiAgeyBuYW1lOiAnb2JqZWN0cy1hLWMnLCB0aXRsZTogJ09iamVjdHMgQVx1MjAxM0MnLCBoYXM6ICh0eXBlKSA9PiBpc09iamVjdFR5cGUodHlwZSkgJiYgdHlwZS5uYW1lIDwgJ0QnIH0sXG4gIHtcbiAgICBuYW1lOiAnb2JqZWN0cy1kLW8nLFxuICAgIHRpdGxlOiAnT2JqZWN0cyBEXHUyMDEzTycsXG4gICAgaGFzOiAodHlwZSkgPT4gaXNPYmplY3RUeXBlKHR5cGUpICYmIHR5cGUubmFtZSA+PSAnRCcgJiYgdHlwZS5uYW1lIDwgJ1AnLFxuICB9LFxuICB7IG5hbWU6ICdvYmplY3RzLXAteicsIHRpdGxlOiAnT2JqZWN0cyBQXHUyMDEzWicsIGhhczogKHR5cGUpID0+IGlzT2JqZWN0VHlwZSh0eXBlKSAmJiB0eXBlLm5hbWUgPj0gJ1AnIH0sXG4gIHsgbmFtZTogJ2ludGVyZmFjZXMnLCB0aXRsZTogJ0ludGVyZmFjZXMnLCBoYXM6IGlzSW50ZXJmYWNlVHlwZSB9LFxuICB7IG5hbWU6ICd1bmlvbnMnLCB0aXRsZTogJ1VuaW9ucycsIGhhczogaXNVbmlvblR5cGUgfSxcbiAgeyBuYW1lOiAnaW5wdXRzJywgdGl0bGU6ICdJbnB1dCBvYmplY3RzJywgaGFzOiBpc0lucHV0T2JqZWN0VHlwZSB9LFxuICB7IG5hbWU6ICdlbnVtcycsIHRpdGxlOiAnRW51bXMnLCBoYXM6IGlzRW51bVR5cGUgfSxcbiAgeyBuYW1lOiAnc2NhbGFycycsIHRpdGxlOiAnU2NhbGFycycsIGhhczogaXNTY2FsYXJUeXBlIH0sXG5dXG5jb25zdCBPUEVSQVRJT05TID0geyBRdWVyeTogJ3F1ZXJpZXMnLCBNdXRhdGlvbjogJ211dGF0aW9ucycsIFN1YnNjcmlwdGlvbjogJ3N1YnNjcmlwdGlvbnMnIH1cblxuLyoqIEByZXR1cm5zIHRoZSBwYWdlcyBvZiB0aGUgcmVmZXJlbmNlLCB0aGUgaW5kZXggZmlyc3QgKi9cbmV4cG9ydCBmdW5jdGlvbiBncmFwaHFsUmVmZXJlbmNlKGZpbGUpIHtcbiAgY29uc3Qgc2NoZW1hID0gYnVpbGRTY2hlbWEocmVhZEZpbGVTeW5jKGZpbGUsICd1dGY4JykpXG4gIGNvbnN0IHR5cGVzID0gT2JqZWN0LnZhbHVlcyhzY2hlbWEuZ2V0VHlwZU1hcCgpKS5maWx0ZXIoKHsgbmFtZSB9KSA9PiAhbmFtZS5zdGFydHNXaXRoKCdfXycpICYmICEobmFtZSBpbiBPUEVSQVRJT05TKSlcbiAgY29uc3QgcGFnZXMgPSBbXG4gICAgLi4uT2JqZWN0LmVudHJpZXMoT1BFUkFUSU9OUykubWFwKChbcm9vdCwgbmFtZV0pID0+IG9wZXJhdGlvblBhZ2UobmFtZSwgc2NoZW1hLmdldFR5cGUocm9vdCkpKSxcbiAgICAuLi5LSU5EUy5tYXAoKHsgbmFtZSwgdGl0bGUsIGhhcyB9KSA9PiB0eXBlUGFnZShuYW1lLCB0aXRsZSwgdHlwZXMuZmlsdGVyKGhhcykpKSxcbiAgXVxuICByZXR1cm4gW2luZGV4UGFnZShwYWdlcyksIC4uLnBhZ2VzXS5tYXAoKHsgbmFtZSwgdGl0bGUsIG1hcmtkb3duIH0pID0+ICh7XG4gICAgcGF0aDogYCR7Rk9MREVSfS8ke25hbWV9Lm1kYCxcbiAgICBzb3VyY2U6ICdzcmMvc2NoZW1hL3NjaGVtYS5ncmFwaHFsJyxcbiAgICB0aXRsZTogYEdyYXBoUUwgcmVmZXJlbmNlOiAke3RpdGxlfWAsXG4gICAgbWFya2Rvd246IGAjIEdyYXBoUUwgcmVmZXJlbmNlOiAke3RpdGxlfVxcblxcbiR7bWFya2Rvd259XFxuYCxcbiAgfSkpXG59XG5cbmZ1bmN0aW9uIGluZGV4UGFnZShwYWdlcykge1xuICBjb25zdCBsaXN0ID0gcGFnZXMubWFwKCh7IG5hbWUsIHRpdGxlLCBjb3VudCB9KSA9PiBgLSBbJHt0aXRsZX1dKCR7bmFtZX0ubWQpOiAke2NvdW50fWApLmpvaW4oJ1xcbicpXG4gIHJldHVybiB7XG4gICAgbmFtZTogJ2luZGV4JyxcbiAgICB0aXRsZTogJ292ZXJ2aWV3JyxcbiAgICBtYXJrZG93bjpcbiAgICAgICdGb3IgZGV2ZWxvcGVycyB3aG8ga25vdyB3aGljaCBvcGVyYXRpb24gb3IgdHlwZSB0aGV5IG5lZWQuIFRoZXNlIHBhZ2VzIGFyZSBnZW5lcmF0ZWQgZnJvbSB0aGUgc2NoZW1hIG9mIHRoaXMgcmVsZWFzZS4gJyArXG4gICAgICBgVGhlIFtHcmFwaFFMIGd1aWRlXSguLi8uLi9ncmFwaHFsLm1kKSBleHBsYWlucyBob3cgdG8gdXNlIHRoZW0uXFxuXFxuJHtsaXN0fWAsXG4gIH1cbn1cblxuZnVuY3Rpb24gb3BlcmF0aW9uUGFnZShuYW1lLCB0eXBlKSB7XG4gIGNvbnN0IGZpZWxkcyA9IE9iamVjdC52YWx1ZXModHlwZS5nZXRGaWVsZHMoKSkudG9Tb3J0ZWQoYnlOYW1lKVxuICBjb25zdCBzZWN0aW9ucyA9IGZpZWxkcy5tYXAoKGZpZWxkKSA9PlxuICAgIFtcbiAgICAgIGAjIyAke2ZpZWxkLm5hbWV9YCxcbiAgICAgIGRlcHJlY2F0aW9uKGZpZWxkKSxcbiAgICAgIHByb3NlKGZpZWxkLmRlc2NyaXB0aW9uKSxcbiAgICAgIGBSZXR1cm5zICR7dHlwZUxpbmsoZmllbGQudHlwZSl9LmAsXG4gICAgICBmaWVsZC5hcmdzLmxlbmd0aCA+IDAgPyB0YWJsZShbJ0FyZ3VtZW50JywgJ1R5cGUnLCAnTWVhbmluZyddLCBmaWVsZC5hcmdzLm1hcChhcmd1bWVudFJvdykpIDogJycsXG4gICAgXVxuICAgICAgLmZpbHRlcihCb29sZWFuKVxuICAgICAgLmpvaW4oJ1xcblxcbicpLFxuICApXG4gIHJldHVybiB7IG5hbWUsIHRpdGxlOiBuYW1lWzBdLnRvVXBwZXJDYXNlKCkgKyBuYW1lLnNsaWNlKDEpLCBjb3VudDogZmllbGRzLmxlbmd0aCwgbWFya2Rvd246IHNlY3Rpb25zLmpvaW4oJ1xcblxcbicpIH1cbn1cblxuZnVuY3Rpb24gdHlwZVBhZ2UobmFtZSwgdGl0bGUsIHR5cGVzKSB7XG4gIGNvbnN0IHNlY3Rpb25zID0gdHlwZXNcbiAgICAudG9Tb3J0ZWQoYnlOYW1lKVxuICAgIC5tYXAoKHR5cGUpID0+IFtgIyMgJHt0eXBlLm5hbWV9YCwgcHJvc2UodHlwZS5kZXNjcmlwdGlvbiksIGNvbnRlbnQodHlwZSldLmZpbHRlcihCb29sZWFuKS5qb2luKCdcXG5cXG4nKSlcbiAgcmV0dXJuIHsgbmFtZSwgdGl0bGUsIGNvdW50OiB0eXBlcy5sZW5ndGgsIG1hcmtkb3duOiBzZWN0aW9ucy5qb2luKCdcXG5cXG4nKSB9XG59XG5cbmZ1bmN0aW9uIGNvbnRlbnQodHlwZSkge1xuICBpZiAoaXNFbnVtVHlwZSh0eXBlKSlcbiAgICByZXR1cm4gdGFibGUoXG4gICAgICBbJ1ZhbHVlJywgJ01lYW5pbmcnXSxcbiAgICAgIHR5cGUuZ2V0VmFsdWVzKCkubWFwKCh2YWx1ZSkgPT4gW2NvZGUodmFsdWUubmFtZSksIGNlbGwoW2RlcHJlY2F0aW9uKHZhbHVlKSwgdmFsdWUuZGVzY3JpcHRpb25dKV0pLFxuICAgIClcbiAgaWYgKGlzVW5pb25UeXBlKHR5cGUpKSByZXR1cm4gYE9uZSBvZiAke3R5cGUuZ2V0VHlwZXMoKS5tYXAodHlwZUxpbmspLmpvaW4oJywgJyl9LmBcbiAgaWYgKGlzSW5wdXRPYmplY3RUeXBlKHR5cGUpKVxuICAgIHJldHVybiB0YWJsZShbJ0ZpZWxkJywgJ1R5cGUnLCAnTWVhbmluZyddLCBPYmplY3QudmFsdWVzKHR5cGUuZ2V0RmllbGRzKCkpLm1hcChhcmd1bWVudFJvdykpXG4gIGlmIChpc1NjYWxhclR5cGUodHlwZSkpIHJldHVybiB0eXBlLnNwZWNpZmllZEJ5VVJMID8gYFtTcGVjaWZpY2F0aW9uXSgke3R5cGUuc3BlY2lmaWVkQnlVUkx9KWAgOiAnJ1xuICBjb25zdCBpbnRlcmZhY2VzID0gdHlwZS5nZXRJbnRlcmZhY2VzKClcbiAgY29uc3Qgcm93cyA9IE9iamVjdC52YWx1ZXModHlwZS5nZXRGaWVsZHMoKSkubWFwKChmaWVsZCkgPT4gW1xuICAgIGNvZGUoZmllbGQubmFtZSkgKyBhcmd1bWVudHNPZihmaWVsZCksXG4gICAgdHlwZUxpbmsoZmllbGQudHlwZSksXG4gICAgY2VsbChbZGVwcmVjYXRpb24oZmllbGQpLCBmaWVsZC5kZXNjcmlwdGlvbl0pLFxuICBdKVxuICBjb25zdCBpbXBsZW1lbnRlZCA9IGludGVyZmFjZXMubGVuZ3RoID4gMCA/IGBJbXBsZW1lbnRzICR7aW50ZXJmYWNlcy5tYXAodHlwZUxpbmspLmpvaW4oJywgJyl9LmAgOiAnJ1xuICByZXR1cm4gW2ltcGxlbWVudGVkLCB0YWJsZShbJ0ZpZWxkJywgJ1R5cGUnLCAnTWVhbmluZyddLCByb3dzKV0uZmlsdGVyKEJvb2xlYW4pLmpvaW4oJ1xcblxcbicpXG59XG5cbi8qKiBBcmd1bWVudHMgb2YgYSBmaWVsZCBiZWxvdyBpdHMgbmFtZSwgZWFjaCB3aXRoIGl0cyB0eXBlLiAqL1xuY29uc3QgYXJndW1lbnRzT2YgPSAoeyBhcmdzIH0pID0+XG4gIGFyZ3MubGVuZ3RoID4gMCA/IGAgKCR7YXJncy5tYXAoKHsgbmFtZSwgdHlwZSB9KSA9PiBgJHtjb2RlKG5hbWUpfTogJHt0eXBlTGluayh0eXBlKX1gKS5qb2luKCcsICcpfSlgIDogJydcblxuY29uc3QgYXJndW1lbnRSb3cgPSAoeyBuYW1lLCB0eXBlLCBkZXNjcmlwdGlvbiwgZGVmYXVsdFZhbHVlIH0pID0+IFtcbiAgY29kZShuYW1lKSxcbiAgdHlwZUxpbmsodHlwZSkgKyAoZGVmYXVsdFZhbHVlID09PSB1bmRlZmluZWQgPyAnJyA6IGAsIGRlZmF1bHQgJHtjb2RlKEpTT04uc3RyaW5naWZ5KGRlZmF1bHRWYWx1ZSkpfWApLFxuICBjZWxsKFtkZXNjcmlwdGlvbl0pLFxuXVxuXG5mdW5jdGlvbiB0eXBlTGluayh0eXBlKSB7XG4gIGNvbnN0IG5hbWVkID0gZ2V0TmFtZWRUeXBlKHR5cGUpXG4gIGNvbnN0IHBhZ2UgPSBLSU5EUy5maW5kKCh7IGhhcyB9KSA9PiBoYXMobmFtZWQpKVxuICBjb25zdCBbYmVmb3JlLCBhZnRlcl0gPSBTdHJpbmcodHlwZSkuc3BsaXQobmFtZWQubmFtZSlcbiAgcmV0dXJuIGAke2JlZm9yZS5yZXBsYWNlQWxsKCdbJywgJyYjOTE7Jyl9WyR7bmFtZWQubmFtZX1dKCR7cGFnZS5uYW1lfS5tZCMke25hbWVkLm5hbWUudG9Mb3dlckNhc2UoKX0pJHthZnRlci5yZXBsYWNlQWxsKCddJywgJyYjOTM7Jyl9YFxufVxuXG5jb25zdCBieU5hbWUgPSAob25lLCBvdGhlcikgPT4gKG9uZS5uYW1lIDwgb3RoZXIubmFtZSA/IC0xIDogMSlcbmNvbnN0IGNvZGUgPSAodGV4dCkgPT4gYFxcYCR7dGV4dH1cXGBgXG5jb25zdCBkZXByZWNhdGlvbiA9ICh7IGRlcHJlY2F0aW9uUmVhc29uIH0pID0+IChkZXByZWNhdGlvblJlYXNvbiA/IGAqKkRlcHJlY2F0ZWQ6KiogJHtkZXByZWNhdGlvblJlYXNvbn1gIDogJycpXG5jb25zdCBwcm9zZSA9ICh0ZXh0KSA9PiB0ZXh0ID8/ICcnXG5jb25zdCBjZWxsID0gKHRleHRzKSA9PlxuICB0ZXh0c1xuICAgIC5maWx0ZXIoQm9vbGVhbilcbiAgICAuam9pbignICcpXG4gICAgLnJlcGxhY2VBbGwoL1xccypcXG5cXHMqL2csICcgJylcbiAgICAucmVwbGFjZUFsbCgnfCcsICdcXFxcfCcpXG5jb25zdCB0YWJsZSA9IChoZWFkLCByb3dzKSA9PlxuICBbaGVhZCwgaGVhZC5tYXAoKCkgPT4gJy0tLScpLCAuLi5yb3dzXS5tYXAoKGNlbGxzKSA9PiBgfCAke2NlbGxzLmpvaW4oJyB8ICcpfSB8YCkuam9pbignXFxuJylcbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3QvbGVhZC9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2xlYWQvZG9jcy8udml0ZXByZXNzL2FnZW50LWZpbGVzLm1qc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9sZWFkL2RvY3MvLnZpdGVwcmVzcy9hZ2VudC1maWxlcy5tanNcIjsvLyBGaWxlcyBmb3IgbGFuZ3VhZ2UgbW9kZWxzOiBhbiBpbmRleCwgdGhlIHRleHQgb2YgYWxsIHBhZ2VzIGZvciByZWFkZXJzLCBhbmQgZWFjaCBwYWdlIGFzIE1hcmtkb3duLlxuXG4vKiogUGFnZXMgYWJvdXQgdGhlIHByb2plY3QgaXRzZWxmLiBUaGV5IGFyZSBpbiB0aGUgaW5kZXgsIG5vdCBpbiB0aGUgY29tcGxldGUgdGV4dC4gKi9cbmNvbnN0IElOVEVSTkFMID1cbiAgL14oPzpkZWNpc2lvbnN8cmVxdWlyZW1lbnRzfHNvdXJjZXxzcmN8YmVuY2h8Y2hhbmdlbG9nKVxcL3xeKD86cmVxdWlyZW1lbnRzfHN0eWxlfGdsb3NzYXJ5fGNoYW5nZWxvZ3xjb2RlLW9mLWNvbmR1Y3R8Y29udHJpYnV0aW5nKVxcLm1kJC9cblxuLyoqIEByZXR1cm5zIHtbc3RyaW5nLCBzdHJpbmddW119IG5hbWVzIGFuZCB0ZXh0cyBvZiB0aGUgZmlsZXMgKi9cbmV4cG9ydCBmdW5jdGlvbiBhZ2VudEZpbGVzKHBhZ2VzLCBzZWN0aW9ucywgYmFzZSkge1xuICBjb25zdCBoZWFkZXIgPVxuICAgICcjIFN0YWNrZ2F0ZVxcblxcbj4gU3RhY2tnYXRlIGlzIGEgR3JhcGhRTCBzZXJ2ZXIgdGhhdCBzZWxscyBzb2Z0d2FyZSBhbmQgb3BlcmF0ZXMgaXQ6IHBsYW5zLCBlbnRpdGxlbWVudHMsIGJpbGxpbmcsICcgK1xuICAgICdhIHRlbXBsYXRlIG1hcmtldHBsYWNlLCBhbmQgY29tbWFuZHMgZm9yIGFnZW50cyBvbiBzZXJ2ZXJzIG9mIGN1c3RvbWVycy5cXG4nXG4gIGNvbnN0IGxpc3RzID0gc2VjdGlvbnMubWFwKFxuICAgICh7IHRpdGxlLCBpdGVtcyB9KSA9PlxuICAgICAgYCMjICR7dGl0bGV9XFxuXFxuJHtpdGVtcy5tYXAoKHsgdGV4dCwgbGluaywgcXVlc3Rpb24gfSkgPT4gYC0gWyR7dGV4dH1dKCR7YmFzZX0ke2xpbmt9KTogJHtxdWVzdGlvbn1gKS5qb2luKCdcXG4nKX1cXG5gLFxuICApXG4gIGNvbnN0IHJlZmVyZW5jZSA9IHBhZ2VzXG4gICAgLmZpbHRlcigoeyBwYXRoIH0pID0+IHBhdGguc3RhcnRzV2l0aCgncmVmZXJlbmNlLycpKVxuICAgIC5tYXAoKHsgdGl0bGUsIHBhdGggfSkgPT4gYC0gWyR7dGl0bGV9XSgke2Jhc2V9JHtwYXRofSlgKVxuICBjb25zdCBmdWxsID0gcGFnZXNcbiAgICAuZmlsdGVyKCh7IHBhdGggfSkgPT4gIUlOVEVSTkFMLnRlc3QocGF0aCkpXG4gICAgLm1hcCgoeyBwYXRoLCBtYXJrZG93biB9KSA9PiBgPCEtLSAke2Jhc2V9JHtwYXRofSAtLT5cXG5cXG4ke21hcmtkb3dufWApXG4gIHJldHVybiBbXG4gICAgWydsbG1zLnR4dCcsIGAke2hlYWRlcn1cXG4ke2xpc3RzLmpvaW4oJ1xcbicpfVxcbiMjIFJlZmVyZW5jZVxcblxcbiR7cmVmZXJlbmNlLmpvaW4oJ1xcbicpfVxcbmBdLFxuICAgIFsnbGxtcy1mdWxsLnR4dCcsIGAke2hlYWRlcn1cXG4ke2Z1bGwuam9pbignXFxuJyl9YF0sXG4gICAgLi4ucGFnZXMubWFwKCh7IHBhdGgsIG1hcmtkb3duIH0pID0+IFtwYXRoLCBtYXJrZG93bl0pLFxuICBdXG59XG4iXSwKICAibWFwcGluZ3MiOiAiO0FBQ0EsU0FBUyxrQkFBa0I7QUFDM0IsU0FBUyxhQUFBQSxZQUFXLGlCQUFBQyxzQkFBcUI7QUFDekMsU0FBUyxXQUFBQyxVQUFTLFFBQUFDLGFBQVk7QUFDOUIsU0FBUywrQkFBK0I7OztBQ0Z4QyxTQUFTLFFBQVEsWUFBWSxXQUFXLGFBQWEsZ0JBQUFDLGVBQWMsUUFBUSxVQUFVLHFCQUFxQjtBQUMxRyxTQUFTLFNBQVMsU0FBUyxNQUFNLFVBQVUsZUFBZTtBQUMxRCxTQUFTLHFCQUFxQjs7O0FDSDlCLFNBQVMsb0JBQW9CO0FBQzdCO0FBQUEsRUFDRTtBQUFBLEVBQ0E7QUFBQSxFQUNBO0FBQUEsRUFDQTtBQUFBLEVBQ0E7QUFBQSxFQUNBO0FBQUEsRUFDQTtBQUFBLEVBQ0E7QUFBQSxPQUNLO0FBRVAsSUFBTSxTQUFTO0FBR2YsSUFBTSxRQUFRO0FBQUEsRUFDWixFQUFFLE1BQU0sZUFBZSxPQUFPLG9CQUFlLEtBQUssQ0FBQyxTQUFTLGFBQWEsSUFBSSxLQUFLLEtBQUssT0FBTyxJQUFJO0FBQUEsRUFDbEc7QUFBQSxJQUNFLE1BQU07QUFBQSxJQUNOLE9BQU87QUFBQSxJQUNQLEtBQUssQ0FBQyxTQUFTLGFBQWEsSUFBSSxLQUFLLEtBQUssUUFBUSxPQUFPLEtBQUssT0FBTztBQUFBLEVBQ3ZFO0FBQUEsRUFDQSxFQUFFLE1BQU0sZUFBZSxPQUFPLG9CQUFlLEtBQUssQ0FBQyxTQUFTLGFBQWEsSUFBSSxLQUFLLEtBQUssUUFBUSxJQUFJO0FBQUEsRUFDbkcsRUFBRSxNQUFNLGNBQWMsT0FBTyxjQUFjLEtBQUssZ0JBQWdCO0FBQUEsRUFDaEUsRUFBRSxNQUFNLFVBQVUsT0FBTyxVQUFVLEtBQUssWUFBWTtBQUFBLEVBQ3BELEVBQUUsTUFBTSxVQUFVLE9BQU8saUJBQWlCLEtBQUssa0JBQWtCO0FBQUEsRUFDakUsRUFBRSxNQUFNLFNBQVMsT0FBTyxTQUFTLEtBQUssV0FBVztBQUFBLEVBQ2pELEVBQUUsTUFBTSxXQUFXLE9BQU8sV0FBVyxLQUFLLGFBQWE7QUFDekQ7QUFDQSxJQUFNLGFBQWEsRUFBRSxPQUFPLFdBQVcsVUFBVSxhQUFhLGNBQWMsZ0JBQWdCO0FBR3JGLFNBQVMsaUJBQWlCLE1BQU07QUFDckMsUUFBTSxTQUFTLFlBQVksYUFBYSxNQUFNLE1BQU0sQ0FBQztBQUNyRCxRQUFNLFFBQVEsT0FBTyxPQUFPLE9BQU8sV0FBVyxDQUFDLEVBQUUsT0FBTyxDQUFDLEVBQUUsS0FBSyxNQUFNLENBQUMsS0FBSyxXQUFXLElBQUksS0FBSyxFQUFFLFFBQVEsV0FBVztBQUNySCxRQUFNQyxTQUFRO0FBQUEsSUFDWixHQUFHLE9BQU8sUUFBUSxVQUFVLEVBQUUsSUFBSSxDQUFDLENBQUNDLE9BQU0sSUFBSSxNQUFNLGNBQWMsTUFBTSxPQUFPLFFBQVFBLEtBQUksQ0FBQyxDQUFDO0FBQUEsSUFDN0YsR0FBRyxNQUFNLElBQUksQ0FBQyxFQUFFLE1BQU0sT0FBTyxJQUFJLE1BQU0sU0FBUyxNQUFNLE9BQU8sTUFBTSxPQUFPLEdBQUcsQ0FBQyxDQUFDO0FBQUEsRUFDakY7QUFDQSxTQUFPLENBQUMsVUFBVUQsTUFBSyxHQUFHLEdBQUdBLE1BQUssRUFBRSxJQUFJLENBQUMsRUFBRSxNQUFNLE9BQU8sU0FBUyxPQUFPO0FBQUEsSUFDdEUsTUFBTSxHQUFHLE1BQU0sSUFBSSxJQUFJO0FBQUEsSUFDdkIsUUFBUTtBQUFBLElBQ1IsT0FBTyxzQkFBc0IsS0FBSztBQUFBLElBQ2xDLFVBQVUsd0JBQXdCLEtBQUs7QUFBQTtBQUFBLEVBQU8sUUFBUTtBQUFBO0FBQUEsRUFDeEQsRUFBRTtBQUNKO0FBRUEsU0FBUyxVQUFVQSxRQUFPO0FBQ3hCLFFBQU0sT0FBT0EsT0FBTSxJQUFJLENBQUMsRUFBRSxNQUFNLE9BQU8sTUFBTSxNQUFNLE1BQU0sS0FBSyxLQUFLLElBQUksU0FBUyxLQUFLLEVBQUUsRUFBRSxLQUFLLElBQUk7QUFDbEcsU0FBTztBQUFBLElBQ0wsTUFBTTtBQUFBLElBQ04sT0FBTztBQUFBLElBQ1AsVUFDRTtBQUFBO0FBQUEsRUFDc0UsSUFBSTtBQUFBLEVBQzlFO0FBQ0Y7QUFFQSxTQUFTLGNBQWMsTUFBTSxNQUFNO0FBQ2pDLFFBQU0sU0FBUyxPQUFPLE9BQU8sS0FBSyxVQUFVLENBQUMsRUFBRSxTQUFTLE1BQU07QUFDOUQsUUFBTUUsWUFBVyxPQUFPO0FBQUEsSUFBSSxDQUFDLFVBQzNCO0FBQUEsTUFDRSxNQUFNLE1BQU0sSUFBSTtBQUFBLE1BQ2hCLFlBQVksS0FBSztBQUFBLE1BQ2pCLE1BQU0sTUFBTSxXQUFXO0FBQUEsTUFDdkIsV0FBVyxTQUFTLE1BQU0sSUFBSSxDQUFDO0FBQUEsTUFDL0IsTUFBTSxLQUFLLFNBQVMsSUFBSSxNQUFNLENBQUMsWUFBWSxRQUFRLFNBQVMsR0FBRyxNQUFNLEtBQUssSUFBSSxXQUFXLENBQUMsSUFBSTtBQUFBLElBQ2hHLEVBQ0csT0FBTyxPQUFPLEVBQ2QsS0FBSyxNQUFNO0FBQUEsRUFDaEI7QUFDQSxTQUFPLEVBQUUsTUFBTSxPQUFPLEtBQUssQ0FBQyxFQUFFLFlBQVksSUFBSSxLQUFLLE1BQU0sQ0FBQyxHQUFHLE9BQU8sT0FBTyxRQUFRLFVBQVVBLFVBQVMsS0FBSyxNQUFNLEVBQUU7QUFDckg7QUFFQSxTQUFTLFNBQVMsTUFBTSxPQUFPLE9BQU87QUFDcEMsUUFBTUEsWUFBVyxNQUNkLFNBQVMsTUFBTSxFQUNmLElBQUksQ0FBQyxTQUFTLENBQUMsTUFBTSxLQUFLLElBQUksSUFBSSxNQUFNLEtBQUssV0FBVyxHQUFHLFFBQVEsSUFBSSxDQUFDLEVBQUUsT0FBTyxPQUFPLEVBQUUsS0FBSyxNQUFNLENBQUM7QUFDekcsU0FBTyxFQUFFLE1BQU0sT0FBTyxPQUFPLE1BQU0sUUFBUSxVQUFVQSxVQUFTLEtBQUssTUFBTSxFQUFFO0FBQzdFO0FBRUEsU0FBUyxRQUFRLE1BQU07QUFDckIsTUFBSSxXQUFXLElBQUk7QUFDakIsV0FBTztBQUFBLE1BQ0wsQ0FBQyxTQUFTLFNBQVM7QUFBQSxNQUNuQixLQUFLLFVBQVUsRUFBRSxJQUFJLENBQUMsVUFBVSxDQUFDLEtBQUssTUFBTSxJQUFJLEdBQUcsS0FBSyxDQUFDLFlBQVksS0FBSyxHQUFHLE1BQU0sV0FBVyxDQUFDLENBQUMsQ0FBQztBQUFBLElBQ25HO0FBQ0YsTUFBSSxZQUFZLElBQUksRUFBRyxRQUFPLFVBQVUsS0FBSyxTQUFTLEVBQUUsSUFBSSxRQUFRLEVBQUUsS0FBSyxJQUFJLENBQUM7QUFDaEYsTUFBSSxrQkFBa0IsSUFBSTtBQUN4QixXQUFPLE1BQU0sQ0FBQyxTQUFTLFFBQVEsU0FBUyxHQUFHLE9BQU8sT0FBTyxLQUFLLFVBQVUsQ0FBQyxFQUFFLElBQUksV0FBVyxDQUFDO0FBQzdGLE1BQUksYUFBYSxJQUFJLEVBQUcsUUFBTyxLQUFLLGlCQUFpQixtQkFBbUIsS0FBSyxjQUFjLE1BQU07QUFDakcsUUFBTSxhQUFhLEtBQUssY0FBYztBQUN0QyxRQUFNLE9BQU8sT0FBTyxPQUFPLEtBQUssVUFBVSxDQUFDLEVBQUUsSUFBSSxDQUFDLFVBQVU7QUFBQSxJQUMxRCxLQUFLLE1BQU0sSUFBSSxJQUFJLFlBQVksS0FBSztBQUFBLElBQ3BDLFNBQVMsTUFBTSxJQUFJO0FBQUEsSUFDbkIsS0FBSyxDQUFDLFlBQVksS0FBSyxHQUFHLE1BQU0sV0FBVyxDQUFDO0FBQUEsRUFDOUMsQ0FBQztBQUNELFFBQU0sY0FBYyxXQUFXLFNBQVMsSUFBSSxjQUFjLFdBQVcsSUFBSSxRQUFRLEVBQUUsS0FBSyxJQUFJLENBQUMsTUFBTTtBQUNuRyxTQUFPLENBQUMsYUFBYSxNQUFNLENBQUMsU0FBUyxRQUFRLFNBQVMsR0FBRyxJQUFJLENBQUMsRUFBRSxPQUFPLE9BQU8sRUFBRSxLQUFLLE1BQU07QUFDN0Y7QUFHQSxJQUFNLGNBQWMsQ0FBQyxFQUFFLEtBQUssTUFDMUIsS0FBSyxTQUFTLElBQUksS0FBSyxLQUFLLElBQUksQ0FBQyxFQUFFLE1BQU0sS0FBSyxNQUFNLEdBQUcsS0FBSyxJQUFJLENBQUMsS0FBSyxTQUFTLElBQUksQ0FBQyxFQUFFLEVBQUUsS0FBSyxJQUFJLENBQUMsTUFBTTtBQUUxRyxJQUFNLGNBQWMsQ0FBQyxFQUFFLE1BQU0sTUFBTSxhQUFhLGFBQWEsTUFBTTtBQUFBLEVBQ2pFLEtBQUssSUFBSTtBQUFBLEVBQ1QsU0FBUyxJQUFJLEtBQUssaUJBQWlCLFNBQVksS0FBSyxhQUFhLEtBQUssS0FBSyxVQUFVLFlBQVksQ0FBQyxDQUFDO0FBQUEsRUFDbkcsS0FBSyxDQUFDLFdBQVcsQ0FBQztBQUNwQjtBQUVBLFNBQVMsU0FBUyxNQUFNO0FBQ3RCLFFBQU0sUUFBUSxhQUFhLElBQUk7QUFDL0IsUUFBTSxPQUFPLE1BQU0sS0FBSyxDQUFDLEVBQUUsSUFBSSxNQUFNLElBQUksS0FBSyxDQUFDO0FBQy9DLFFBQU0sQ0FBQyxRQUFRLEtBQUssSUFBSSxPQUFPLElBQUksRUFBRSxNQUFNLE1BQU0sSUFBSTtBQUNyRCxTQUFPLEdBQUcsT0FBTyxXQUFXLEtBQUssT0FBTyxDQUFDLElBQUksTUFBTSxJQUFJLEtBQUssS0FBSyxJQUFJLE9BQU8sTUFBTSxLQUFLLFlBQVksQ0FBQyxJQUFJLE1BQU0sV0FBVyxLQUFLLE9BQU8sQ0FBQztBQUN4STtBQUVBLElBQU0sU0FBUyxDQUFDLEtBQUssVUFBVyxJQUFJLE9BQU8sTUFBTSxPQUFPLEtBQUs7QUFDN0QsSUFBTSxPQUFPLENBQUMsU0FBUyxLQUFLLElBQUk7QUFDaEMsSUFBTSxjQUFjLENBQUMsRUFBRSxrQkFBa0IsTUFBTyxvQkFBb0IsbUJBQW1CLGlCQUFpQixLQUFLO0FBQzdHLElBQU0sUUFBUSxDQUFDLFNBQVMsUUFBUTtBQUNoQyxJQUFNLE9BQU8sQ0FBQyxVQUNaLE1BQ0csT0FBTyxPQUFPLEVBQ2QsS0FBSyxHQUFHLEVBQ1IsV0FBVyxhQUFhLEdBQUcsRUFDM0IsV0FBVyxLQUFLLEtBQUs7QUFDMUIsSUFBTSxRQUFRLENBQUMsTUFBTSxTQUNuQixDQUFDLE1BQU0sS0FBSyxJQUFJLE1BQU0sS0FBSyxHQUFHLEdBQUcsSUFBSSxFQUFFLElBQUksQ0FBQyxVQUFVLEtBQUssTUFBTSxLQUFLLEtBQUssQ0FBQyxJQUFJLEVBQUUsS0FBSyxJQUFJOzs7QURsSWdFLElBQU0sMkNBQTJDO0FBT3ZNLElBQU0sT0FBTyxRQUFRLGNBQWMsd0NBQWUsR0FBRyxVQUFVO0FBRS9ELElBQU0saUJBQWlCLEtBQUssTUFBTSxvQ0FBb0M7QUFHN0UsSUFBTSxPQUFPO0FBQ2IsSUFBTSxVQUFVO0FBQ2hCLElBQU0sT0FBTztBQUNiLElBQU0sUUFBUTtBQUdkLElBQU0sWUFBWSxFQUFFLFFBQVEsT0FBTyxRQUFRLE9BQU8sUUFBUSxNQUFNLFFBQVEsUUFBUSxPQUFPLFVBQVUsSUFBSSxNQUFNO0FBRTNHLElBQU0scUJBQXFCO0FBU3BCLFNBQVMsVUFBVSxNQUFNO0FBQzlCLE1BQUksTUFBTSxLQUFLLElBQUksRUFBRyxRQUFPLEtBQUssUUFBUSxXQUFXLEVBQUU7QUFDdkQsTUFBSSxDQUFDLEtBQUssU0FBUyxLQUFLLEVBQUcsUUFBTyxVQUFVLElBQUk7QUFDaEQsTUFBSSxTQUFTLFlBQWEsUUFBTztBQUNqQyxNQUFJLENBQUMsS0FBSyxTQUFTLEdBQUcsRUFBRyxRQUFPLEtBQUssWUFBWSxFQUFFLFdBQVcsS0FBSyxHQUFHO0FBQ3RFLFNBQU8sS0FBSyxRQUFRLFdBQVcsRUFBRSxFQUFFLFFBQVEscUJBQXFCLFlBQVk7QUFDOUU7QUFHTyxTQUFTLGVBQWU7QUFDN0IsUUFBTSxRQUFRLG9CQUFJLElBQUk7QUFDdEIsUUFBTSxVQUFVLFlBQVksS0FBSyxNQUFNLE1BQU0sR0FBRyxFQUFFLFdBQVcsS0FBSyxDQUFDLEVBQ2hFLE9BQU8sQ0FBQyxTQUFTLEtBQUssU0FBUyxLQUFLLEtBQUssQ0FBQyxLQUFLLFdBQVcsWUFBWSxDQUFDLEVBQ3ZFLElBQUksQ0FBQyxTQUFTLEtBQUssUUFBUSxJQUFJLENBQUMsRUFDaEMsU0FBUztBQUNaLGFBQVcsUUFBUSxTQUFTO0FBQzFCLFFBQUksTUFBTSxJQUFJLElBQUksRUFBRztBQUNyQixVQUFNLElBQUksTUFBTSxNQUFNLEtBQUssSUFBSSxJQUFJLE9BQU8sT0FBTyxNQUFNLENBQUMsV0FBVyxRQUFRLEtBQUssTUFBTSxDQUFDLENBQUM7QUFBQSxFQUMxRjtBQUNBLFFBQU0sU0FBUyxDQUFDLEdBQUcsTUFBTSxLQUFLLENBQUMsRUFBRSxPQUFPLENBQUMsU0FBUyxNQUFNLElBQUksSUFBSSxNQUFNLElBQUk7QUFDMUUsUUFBTUMsU0FBUSxDQUFDLEdBQUcsTUFBTSxPQUFPLENBQUMsRUFBRSxPQUFPLENBQUMsU0FBUyxTQUFTLElBQUk7QUFDaEUsU0FBTyxFQUFFLE9BQU8sQ0FBQyxHQUFHQSxRQUFPLEdBQUcsaUJBQWlCLEtBQUssTUFBTSwyQkFBMkIsQ0FBQyxDQUFDLEdBQUcsT0FBTztBQUNuRztBQUVBLFNBQVMsT0FBTyxNQUFNLE9BQU87QUFDM0IsUUFBTSxPQUFPLFVBQVUsSUFBSTtBQUMzQixNQUFJLEtBQUssU0FBUyxLQUFLLEdBQUc7QUFDeEIsVUFBTSxPQUFPQyxjQUFhLEtBQUssTUFBTSxJQUFJLEdBQUcsTUFBTTtBQUNsRCxXQUFPLEVBQUUsTUFBTSxRQUFRLE1BQU0sT0FBTyxRQUFRLElBQUksR0FBRyxVQUFVLFVBQVUsTUFBTSxNQUFNLEtBQUssRUFBRTtBQUFBLEVBQzVGO0FBQ0EsU0FBTyxFQUFFLE1BQU0sUUFBUSxNQUFNLE9BQU8sTUFBTSxVQUFVLFdBQVcsSUFBSSxFQUFFO0FBQ3ZFO0FBRUEsSUFBTSxVQUFVLENBQUMsU0FBUyxZQUFZLEtBQUssSUFBSSxJQUFJLENBQUMsRUFBRSxXQUFXLEtBQUssRUFBRSxLQUFLO0FBRzdFLFNBQVMsVUFBVSxNQUFNLE1BQU0sT0FBTztBQUNwQyxRQUFNLE9BQU8sUUFBUSxVQUFVLElBQUksQ0FBQztBQUNwQyxRQUFNLFFBQVEsS0FBSyxXQUFXLFNBQVMsRUFBRSxFQUFFLE1BQU0sSUFBSTtBQUNyRCxTQUFPLE1BQ0osSUFBSSxDQUFDLE1BQU0sVUFBVyxRQUFRLElBQUksS0FBSyxRQUFRLDBCQUEwQixRQUFRLElBQUksS0FBSyxXQUFXLE1BQU0sSUFBSSxDQUFFLEVBQ2pILEtBQUssRUFBRTtBQUVWLFdBQVMsS0FBSyxPQUFPLE1BQU0sUUFBUSxPQUFPO0FBQ3hDLFFBQUksaUJBQWlCLEtBQUssTUFBTSxFQUFHLFFBQU87QUFDMUMsVUFBTSxDQUFDLE1BQU0sTUFBTSxJQUFJLE9BQU8sTUFBTSxHQUFHO0FBQ3ZDLFVBQU0sU0FBUyxPQUFPLEtBQUssUUFBUSxJQUFJLEdBQUcsSUFBSSxDQUFDO0FBQy9DLFVBQU0sTUFBTTtBQUNaLFdBQU8sR0FBRyxJQUFJLEdBQUcsU0FBUyxNQUFNLFVBQVUsTUFBTSxDQUFDLENBQUMsR0FBRyxXQUFXLFNBQVksS0FBSyxJQUFJLE1BQU0sRUFBRSxHQUFHLEtBQUs7QUFBQSxFQUN2RztBQUNGO0FBR0EsU0FBUyxPQUFPLE1BQU07QUFDcEIsUUFBTSxPQUFPLEtBQUssUUFBUSxPQUFPLEVBQUU7QUFDbkMsTUFBSSxDQUFDLFdBQVcsS0FBSyxNQUFNLElBQUksQ0FBQyxFQUFHLE9BQU0sSUFBSSxNQUFNLGVBQWUsSUFBSSxFQUFFO0FBQ3hFLFNBQU8sV0FBVyxLQUFLLE1BQU0sTUFBTSxXQUFXLENBQUMsSUFBSSxLQUFLLE1BQU0sV0FBVyxJQUFJO0FBQy9FO0FBR0EsU0FBUyxXQUFXLE1BQU07QUFDeEIsUUFBTSxRQUFRLFNBQVMsS0FBSyxNQUFNLElBQUksQ0FBQyxFQUFFLFlBQVksSUFDakQsWUFBWSxLQUFLLE1BQU0sSUFBSSxHQUFHLEVBQUUsZUFBZSxLQUFLLENBQUMsRUFDbEQsT0FBTyxDQUFDLFVBQVUsTUFBTSxPQUFPLENBQUMsRUFDaEMsSUFBSSxDQUFDLEVBQUUsS0FBSyxNQUFNLEtBQUssTUFBTSxJQUFJLENBQUMsRUFDbEMsU0FBUyxJQUNaLENBQUMsSUFBSTtBQUNULFFBQU0sU0FBUyxNQUFNLElBQUksQ0FBQyxTQUFTO0FBQ2pDLFVBQU0sT0FBT0EsY0FBYSxLQUFLLE1BQU0sSUFBSSxHQUFHLE1BQU0sRUFBRSxRQUFRO0FBQzVELFVBQU0sV0FBVyxLQUFLLFNBQVMscUJBQXFCLFFBQVMsVUFBVSxRQUFRLElBQUksQ0FBQyxLQUFLLFFBQVEsSUFBSSxFQUFFLE1BQU0sQ0FBQztBQUM5RyxXQUFPLEdBQUcsTUFBTSxTQUFTLElBQUksTUFBTSxJQUFJO0FBQUE7QUFBQSxJQUFTLEVBQUUsV0FBVyxRQUFRO0FBQUEsRUFBSyxJQUFJO0FBQUE7QUFBQSxFQUNoRixDQUFDO0FBQ0QsU0FBTyxLQUFLLElBQUk7QUFBQTtBQUFBLEVBQU8sT0FBTyxLQUFLLE1BQU0sQ0FBQztBQUFBO0FBQzVDO0FBR08sU0FBUyxlQUFlO0FBQzdCLFNBQU8sZ0JBQWdCLEVBQUUsV0FBVyxNQUFNLE9BQU8sS0FBSyxDQUFDO0FBQ3ZELFFBQU0sRUFBRSxPQUFBRCxRQUFPLE9BQU8sSUFBSSxhQUFhO0FBQ3ZDLGFBQVcsRUFBRSxNQUFNLFNBQVMsS0FBS0EsT0FBTyxPQUFNLE1BQU0sUUFBUTtBQUM1RCxhQUFXLFNBQVMsUUFBUTtBQUMxQixVQUFNLFNBQVMsS0FBSyxnQkFBZ0IsVUFBVSxLQUFLLENBQUM7QUFDcEQsY0FBVSxRQUFRLE1BQU0sR0FBRyxFQUFFLFdBQVcsS0FBSyxDQUFDO0FBQzlDLFdBQU8sS0FBSyxNQUFNLEtBQUssR0FBRyxNQUFNO0FBQUEsRUFDbEM7QUFDQSxTQUFPQTtBQUNUO0FBRUEsU0FBUyxNQUFNLE1BQU0sTUFBTTtBQUN6QixRQUFNLFNBQVMsS0FBSyxnQkFBZ0IsSUFBSTtBQUN4QyxZQUFVLFFBQVEsTUFBTSxHQUFHLEVBQUUsV0FBVyxLQUFLLENBQUM7QUFDOUMsZ0JBQWMsUUFBUSxJQUFJO0FBQzVCO0FBTU8sU0FBUyxXQUFXQSxRQUFPO0FBQ2hDLFFBQU0sUUFBUUEsT0FBTSxLQUFLLENBQUMsRUFBRSxLQUFLLE1BQU0sU0FBUyxVQUFVLEVBQUU7QUFDNUQsU0FBTyxNQUNKLE1BQU0sT0FBTyxFQUNiLE1BQU0sQ0FBQyxFQUNQLElBQUksQ0FBQyxhQUFhO0FBQUEsSUFDakIsT0FBTyxRQUFRLE1BQU0sR0FBRyxRQUFRLFFBQVEsSUFBSSxDQUFDO0FBQUEsSUFDN0MsT0FBTyxDQUFDLEdBQUcsUUFBUSxTQUFTLDJDQUEyQyxDQUFDLEVBQUUsSUFBSSxDQUFDLENBQUMsRUFBRSxNQUFNLE1BQU0sUUFBUSxPQUFPO0FBQUEsTUFDM0c7QUFBQSxNQUNBO0FBQUEsTUFDQTtBQUFBLElBQ0YsRUFBRTtBQUFBLEVBQ0osRUFBRTtBQUNOOzs7QUV6SUEsSUFBTSxXQUNKO0FBR0ssU0FBUyxXQUFXRSxRQUFPQyxXQUFVLE1BQU07QUFDaEQsUUFBTSxTQUNKO0FBRUYsUUFBTSxRQUFRQSxVQUFTO0FBQUEsSUFDckIsQ0FBQyxFQUFFLE9BQU8sTUFBTSxNQUNkLE1BQU0sS0FBSztBQUFBO0FBQUEsRUFBTyxNQUFNLElBQUksQ0FBQyxFQUFFLE1BQU0sTUFBTSxTQUFTLE1BQU0sTUFBTSxJQUFJLEtBQUssSUFBSSxHQUFHLElBQUksTUFBTSxRQUFRLEVBQUUsRUFBRSxLQUFLLElBQUksQ0FBQztBQUFBO0FBQUEsRUFDcEg7QUFDQSxRQUFNLFlBQVlELE9BQ2YsT0FBTyxDQUFDLEVBQUUsS0FBSyxNQUFNLEtBQUssV0FBVyxZQUFZLENBQUMsRUFDbEQsSUFBSSxDQUFDLEVBQUUsT0FBTyxLQUFLLE1BQU0sTUFBTSxLQUFLLEtBQUssSUFBSSxHQUFHLElBQUksR0FBRztBQUMxRCxRQUFNLE9BQU9BLE9BQ1YsT0FBTyxDQUFDLEVBQUUsS0FBSyxNQUFNLENBQUMsU0FBUyxLQUFLLElBQUksQ0FBQyxFQUN6QyxJQUFJLENBQUMsRUFBRSxNQUFNLFNBQVMsTUFBTSxRQUFRLElBQUksR0FBRyxJQUFJO0FBQUE7QUFBQSxFQUFXLFFBQVEsRUFBRTtBQUN2RSxTQUFPO0FBQUEsSUFDTCxDQUFDLFlBQVksR0FBRyxNQUFNO0FBQUEsRUFBSyxNQUFNLEtBQUssSUFBSSxDQUFDO0FBQUE7QUFBQTtBQUFBLEVBQXFCLFVBQVUsS0FBSyxJQUFJLENBQUM7QUFBQSxDQUFJO0FBQUEsSUFDeEYsQ0FBQyxpQkFBaUIsR0FBRyxNQUFNO0FBQUEsRUFBSyxLQUFLLEtBQUssSUFBSSxDQUFDLEVBQUU7QUFBQSxJQUNqRCxHQUFHQSxPQUFNLElBQUksQ0FBQyxFQUFFLE1BQU0sU0FBUyxNQUFNLENBQUMsTUFBTSxRQUFRLENBQUM7QUFBQSxFQUN2RDtBQUNGOzs7QUhsQkEsSUFBTSxRQUFRLGFBQWE7QUFDM0IsSUFBTSxXQUFXLFdBQVcsS0FBSztBQUVqQyxJQUFNLGFBQWEsd0JBQXdCLEVBQUUsYUFBYSxLQUFLLENBQUM7QUFFaEUsSUFBTSxVQUFVLG9CQUFJLElBQUk7QUFHeEIsSUFBTSxhQUFhO0FBRW5CLElBQU0sT0FBTyxDQUFDLEVBQUUsTUFBTSxLQUFLLE9BQU8sRUFBRSxNQUFNLE1BQU0sSUFBSSxLQUFLLFFBQVEsYUFBYSxJQUFJLEVBQUUsUUFBUSxnQkFBZ0IsSUFBSSxDQUFDLEdBQUc7QUFDcEgsSUFBTSxlQUFlLE1BQU0sT0FBTyxDQUFDLEVBQUUsS0FBSyxNQUFNLEtBQUssV0FBVyxvQkFBb0IsS0FBSyxDQUFDLEtBQUssU0FBUyxXQUFXLENBQUM7QUFFcEgsSUFBTSxVQUFVO0FBQUEsRUFDZCxHQUFHLFNBQVMsSUFBSSxDQUFDLEVBQUUsT0FBTyxNQUFNLE9BQU8sRUFBRSxNQUFNLE9BQU8sT0FBTyxNQUFNLElBQUksSUFBSSxFQUFFLEVBQUU7QUFBQSxFQUMvRTtBQUFBLElBQ0UsTUFBTTtBQUFBLElBQ04sTUFBTTtBQUFBLElBQ04sT0FBTyxhQUFhLElBQUksQ0FBQyxFQUFFLE9BQU8sS0FBSyxNQUFNLEtBQUssRUFBRSxNQUFNLE1BQU0sUUFBUSx3QkFBd0IsRUFBRSxHQUFHLE1BQU0sS0FBSyxDQUFDLENBQUM7QUFBQSxFQUNwSDtBQUNGO0FBRUEsSUFBTyxpQkFBUTtBQUFBLEVBQ2IsT0FBTztBQUFBLEVBQ1AsYUFDRTtBQUFBLEVBQ0YsTUFBTTtBQUFBLEVBQ04sUUFBUTtBQUFBLEVBQ1IsVUFBVUUsTUFBSyxnQkFBZ0Isd0JBQXdCO0FBQUEsRUFDdkQsV0FBVztBQUFBLEVBQ1gsaUJBQWlCO0FBQUEsRUFDakIsV0FBVztBQUFBO0FBQUEsRUFFWCxZQUFZLEVBQUUsbUJBQW1CLE1BQU07QUFBQSxFQUN2QyxNQUFNLENBQUMsQ0FBQyxRQUFRLEVBQUUsS0FBSyxRQUFRLE1BQU0sU0FBUyxDQUFDLENBQUM7QUFBQSxFQUNoRCxVQUFVO0FBQUEsSUFDUixNQUFNO0FBQUE7QUFBQSxJQUVOLE9BQU8sRUFBRSxPQUFPLDhCQUE4QixNQUFNLDRCQUE0QjtBQUFBLElBQ2hGLGVBQWUsRUFBRSxVQUFVLFVBQVU7QUFBQTtBQUFBLElBRXJDLFFBQVEsRUFBRSxTQUFTLFNBQVM7QUFBQSxJQUM1QixrQkFBa0IsQ0FBQyxVQUFVO0FBQUEsSUFDN0IsUUFBUTtBQUFBLEVBQ1Y7QUFBQSxFQUNBLGFBQWE7QUFBQSxJQUNYLEtBQUs7QUFBQSxNQUNILEVBQUUsTUFBTSxZQUFZLE1BQU0sWUFBWTtBQUFBLE1BQ3RDLEVBQUUsTUFBTSxXQUFXLE1BQU0sc0JBQXNCO0FBQUEsTUFDL0MsRUFBRSxNQUFNLFFBQVEsTUFBTSxZQUFZO0FBQUEsSUFDcEM7QUFBQSxJQUNBO0FBQUEsSUFDQSxTQUFTLENBQUMsR0FBRyxDQUFDO0FBQUEsSUFDZCxrQkFBa0I7QUFBQSxJQUNsQixRQUFRO0FBQUEsTUFDTixVQUFVO0FBQUEsTUFDVixTQUFTLEVBQUUsU0FBUyxDQUFDLFFBQVEsS0FBSyxPQUFRLFdBQVcsS0FBSyxJQUFJLFlBQVksSUFBSSxLQUFLLEdBQUcsT0FBTyxRQUFRLEdBQUcsRUFBRztBQUFBLElBQzdHO0FBQUEsRUFDRjtBQUFBLEVBQ0EsTUFBTSxFQUFFLE9BQU8sRUFBRSx1QkFBdUIsSUFBSyxFQUFFO0FBQUEsRUFDL0MsZUFBZSxDQUFDLFNBQVMsbUJBQW1CLElBQUk7QUFBQSxFQUNoRCxTQUFTLEVBQUUsUUFBUSxLQUFLLEdBQUc7QUFDekIsVUFBTUMsU0FBUSxDQUFDLE1BQU0sU0FBUztBQUM1QixNQUFBQyxXQUFVQyxTQUFRSCxNQUFLLFFBQVEsSUFBSSxDQUFDLEdBQUcsRUFBRSxXQUFXLEtBQUssQ0FBQztBQUMxRCxNQUFBSSxlQUFjSixNQUFLLFFBQVEsSUFBSSxHQUFHLElBQUk7QUFBQSxJQUN4QztBQUNBLElBQUFDLE9BQU0sWUFBWSxXQUFXLE9BQU8sQ0FBQztBQUNyQyxlQUFXLENBQUMsTUFBTSxJQUFJLEtBQUssUUFBUyxDQUFBQSxPQUFNLE1BQU0sSUFBSTtBQUNwRCxlQUFXLENBQUMsTUFBTSxJQUFJLEtBQUssV0FBVyxPQUFPLFVBQVUsS0FBSyxJQUFJLEVBQUcsQ0FBQUEsT0FBTSxNQUFNLElBQUk7QUFBQSxFQUNyRjtBQUNGO0FBRUEsU0FBUyxTQUFTLFNBQVM7QUFDekIsU0FBTyxRQUNKLFlBQVksRUFDWixXQUFXLHVCQUF1QixFQUFFLEVBQ3BDLFdBQVcsS0FBSyxHQUFHO0FBQ3hCO0FBR0EsU0FBUyxhQUFhLElBQUk7QUFDeEIsS0FBRyxLQUFLLE1BQU0sS0FBSyxrQkFBa0IsQ0FBQyxFQUFFLE9BQU8sTUFBTTtBQUNuRCxlQUFXLFNBQVMsUUFBUTtBQUMxQixZQUFNLENBQUMsRUFBRSxJQUFJLElBQUkscUJBQXFCLEtBQUssTUFBTSxRQUFRLE9BQU8sS0FBSyxFQUFFLEtBQUssQ0FBQztBQUM3RSxVQUFJLENBQUMsS0FBTTtBQUNYLFlBQU0sUUFBUSxNQUFNLE1BQU0sT0FBTyxDQUFDLENBQUMsSUFBSSxNQUFNLFNBQVMsT0FBTztBQUM3RCxZQUFNLFNBQVMsU0FBUyxTQUFTLElBQUksRUFBRTtBQUFBLElBQ3pDO0FBQUEsRUFDRixDQUFDO0FBQ0g7QUFHQSxTQUFTLG1CQUFtQixNQUFNO0FBQ2hDLFFBQU0sT0FBTywrQkFBK0IsS0FBSyxJQUFJLElBQUksQ0FBQyxLQUFLO0FBQy9ELFNBQU8sS0FDSixXQUFXLHlDQUF5QyxDQUFDLFFBQVEsU0FBUztBQUNyRSxVQUFNLE9BQU8sZUFBZSxXQUFXLFFBQVEsRUFBRSxPQUFPLElBQUksRUFBRSxPQUFPLEtBQUssRUFBRSxNQUFNLEdBQUcsQ0FBQyxDQUFDO0FBQ3ZGLFlBQVEsSUFBSSxNQUFNLElBQUk7QUFDdEIsV0FBTyxnQkFBZ0IsSUFBSSxHQUFHLElBQUk7QUFBQSxFQUNwQyxDQUFDLEVBQ0EsV0FBVyw0QkFBNEIsSUFBSSxFQUMzQyxRQUFRLFdBQVcsZ0NBQWdDLElBQUksbUJBQW1CO0FBQy9FOyIsCiAgIm5hbWVzIjogWyJta2RpclN5bmMiLCAid3JpdGVGaWxlU3luYyIsICJkaXJuYW1lIiwgImpvaW4iLCAicmVhZEZpbGVTeW5jIiwgInBhZ2VzIiwgInJvb3QiLCAic2VjdGlvbnMiLCAicGFnZXMiLCAicmVhZEZpbGVTeW5jIiwgInBhZ2VzIiwgInNlY3Rpb25zIiwgImpvaW4iLCAid3JpdGUiLCAibWtkaXJTeW5jIiwgImRpcm5hbWUiLCAid3JpdGVGaWxlU3luYyJdCn0K
