import type { HelpBlock } from './help.ts'

/** The examples in the help of each command. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  'export-jobs': [
    'export-jobs start loyaltydog --format csv --download audit.csv',
    'export-jobs wait tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01 --timeout 2h',
    'export-jobs demo',
  ],
  get: [
    'export-jobs get tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01',
    'export-jobs get didomi 9gh49gn5/5e1f22ab --json | jq -r .status',
    "export-jobs get tyk ID --json | jq '{status, totalRecords}'",
  ],
  wait: [
    'export-jobs wait tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01 --timeout 2h',
    'export-jobs wait tyk ID1 ID2 anaconda ID3',
    'export-jobs wait didomi 9gh49gn5/next --known 5e1f22ab --timeout 1d',
    'export-jobs start loyaltydog | export-jobs wait loyaltydog -',
  ],
  watch: [
    'export-jobs watch tyk ID1 ID2 anaconda ID3',
    "export-jobs watch tyk ID --json | jq -r '[.event, .status] | @tsv'",
  ],
  download: [
    'export-jobs download tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01 audit.json',
    'export-jobs download anaconda ID exports/',
    'export-jobs download anaconda ID - | jq -c .',
  ],
  start: [
    'export-jobs start loyaltydog --format csv',
    'export-jobs start loyaltydog --format csv --download audit.csv',
    'export-jobs start anaconda --from-date 2026-01-01T00:00:00Z --wait',
  ],
  runs: [
    'export-jobs runs didomi 9gh49gn5',
    "export-jobs runs didomi 9gh49gn5 --json | jq -r '[.id, .status] | @tsv'",
  ],
  completion: [
    'source <(export-jobs completion bash)',
    'export-jobs completion bash >> ~/.bashrc',
    'export-jobs completion zsh >> ~/.zshrc',
    'export-jobs completion fish > ~/.config/fish/completions/export-jobs.fish',
  ],
  simulate: [
    'export-jobs simulate --running 20s',
    'export-jobs simulate > vendors.sh &',
    'export-jobs simulate --fail 503 hang',
  ],
}

/** What `export-jobs help <topic>` prints. */
export const topics: Readonly<Record<'environment' | 'files' | 'exit-codes', readonly HelpBlock[]>> = {
  environment: [
    'Credentials are read from environment variables, never from the command line, which other users of the machine can read. If several are set, the first one below is used. An empty variable counts as not set.',
    {
      terms: [
        ['TYK_TOKEN', 'the token of Tyk AI Studio'],
        ['TYK_BASE_URL', 'required: https://<your host>/api/v1'],
        ['ANACONDA_TOKEN', 'a token; or a service account:'],
        ['ANACONDA_CLIENT_ID', 'the id of the service account'],
        ['ANACONDA_CLIENT_SECRET', 'its secret'],
        ['ANACONDA_ORGANIZATION', "the organization's id"],
        ['ANACONDA_BASE_URL', 'default: https://anaconda.com'],
        ['LOYALTYDOG_TOKEN', 'the token of LoyaltyDog'],
        ['LOYALTYDOG_MERCHANT_TOKEN', 'the token of a merchant'],
        ['LOYALTYDOG_BASE_URL', "default: the vendor's"],
        ['DIDOMI_TOKEN', 'a token, valid for an hour; or an API key:'],
        ['DIDOMI_KEY', 'the id of the API key'],
        ['DIDOMI_SECRET', 'its secret'],
        ['DIDOMI_ORGANIZATION_ID', 'required: the organization'],
        ['DIDOMI_BASE_URL', 'default: https://api.didomi.io/v1'],
      ],
    },
    'Every credential can also be in a file. Its path is in the variable with _FILE at the end: TYK_TOKEN_FILE, ANACONDA_CLIENT_SECRET_FILE. It must be a regular file that only you can read (chmod 600), or a mounted secret: read-only (modes 0400, 0440, 0444), owned by another user, or on a read-only mount. Others must not be able to write it. A token file is read again when the vendor refuses the token.',
    'The vendor of --vendor has variables of its own. If its name is acme: ACME_TOKEN or ACME_TOKEN_FILE, ACME_BASE_URL, and one for each of its options, such as ACME_TEAM_ID for teamId.',
    {
      heading: 'Others',
      terms: [
        ['NO_COLOR', 'set to 1: no colours'],
        ['CI', 'set: progress is printed in lines, as with --progress plain'],
        ['HTTPS_PROXY', 'a proxy, on Node 22.21, 24 and later; HTTP_PROXY and NO_PROXY too'],
      ],
    },
  ],
  files: [
    'A file gets its name only when it is complete. An existing file is replaced only with --overwrite. Only you can read it (mode 0600).',
    'After an interruption, run the same command again to resume. For that:',
    {
      terms: [
        ['FILE.part', 'what has been saved so far'],
        ['FILE.part.json', 'which export it belongs to'],
        [
          'FILE.start.json',
          'the export that `start --download` has started, so that it is never started twice',
        ],
      ],
    },
    'If an interrupted command may have started the export, it refuses to run again. Look for the export at the vendor, then remove FILE.start.json, and either `download` the export or start a new one.',
    'To write to stdout, give - as the file. Nothing is written before the whole file is saved; until then it is in the folder for temporary files (TMPDIR).',
  ],
  'exit-codes': [
    {
      terms: [
        [
          '  0',
          'completed, and saved. For get: the vendor answered, and the export has not failed. For start: started',
        ],
        ['  1', 'the export failed, was canceled, or it or its file has expired'],
        [
          '  2',
          'the command or the environment is wrong, such as the base URL; a file exists or cannot be written; or it is not known whether an export was started',
        ],
        ['  3', 'the vendor refused: credentials, permissions, an export that it does not know'],
        [' 70', 'a bug in export-jobs'],
        [' 74', 'stdout could not be written. The ref of an export that was started is on stderr'],
        [
          '124',
          'stopped waiting: timeout, stalled, unreachable, unknown status; or a download broke off. The same command may succeed later',
        ],
        ['130', 'interrupted by Ctrl-C. The exports themselves continue'],
        ['141', 'the program that reads stdout ended first'],
        ['143', 'terminated. The exports themselves continue'],
      ],
    },
    'For several exports it is the most severe: 2, then 3, then 1, then 124.',
  ],
}

/** The names of the topics. */
export const topicNames = Object.keys(topics) as (keyof typeof topics)[]

/** The meaning of the words of a command line. */
export const words: HelpBlock = {
  heading: 'Words',
  terms: [
    ['vendor', 'tyk, anaconda, loyaltydog or didomi'],
    ['ref', "what `start` prints: the vendor's id of the export; for Didomi EXPORT_ID/RUN_ID"],
    ['duration', 'a number with ms, s, m, h or d, such as 30s'],
  ],
}
