/** What stands below the help of the program. */
export const helpOfProgram = `
Examples:
  $ export TYK_BASE_URL=https://ai.example.com/api/v1 TYK_TOKEN_FILE=~/.tyk-token
  $ export-jobs start tyk --source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31 --wait
  $ export-jobs start loyaltydog --format csv --download audit.csv
  $ export-jobs download anaconda 3f2504e0-4f89-41d3-9a0c-0305e82c3301 audit.jsonl
  $ export-jobs get tyk 8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01
  $ export-jobs wait didomi 9gh49gn5/5e1f22ab --timeout 2h
  $ export-jobs watch tyk ID1 ID2 anaconda ID3 --json | jq -r .status
  $ export-jobs demo

A ref is what \`start\` prints: the vendor's id of the export. For Didomi, which starts its runs itself, it is
EXPORT_ID/RUN_ID. Durations are a number with ms, s, m, h or d, such as 30s.

Files:
  A file gets its name only when it is complete. An existing file is replaced only with --overwrite.
  After an interruption, run the same command again to resume. For that, FILE.part and FILE.part.json
  keep what has been saved, and FILE.start.json keeps the export that \`start\` has started, so that it
  is never started twice. If an interruption leaves it unknown whether the export was started, the
  command refuses to run: check at the vendor, then remove FILE.start.json, and either \`download\` the
  export or start a new one.

Output:
  Results go to stdout, one line each: vendor, ref, status and details, separated by tabs if stdout is
  not a terminal. With --json each line is a JSON object with the download URL and the vendor's own
  answer. For a saved file the fields are vendor, ref, "saved", path and bytes. Progress goes to stderr,
  and only to a terminal. NO_COLOR=1 turns colours off.

Environment (credentials are read from here, never from the command line; the first one that is set is used):
  tyk         TYK_TOKEN, or TYK_TOKEN_FILE
              TYK_BASE_URL, required: https://<your host>/api/v1
  anaconda    ANACONDA_TOKEN, or ANACONDA_TOKEN_FILE, or ANACONDA_CLIENT_ID and ANACONDA_CLIENT_SECRET
              ANACONDA_ORGANIZATION: the organization's id. ANACONDA_BASE_URL
  loyaltydog  LOYALTYDOG_TOKEN, or LOYALTYDOG_TOKEN_FILE
              LOYALTYDOG_MERCHANT_TOKEN. LOYALTYDOG_BASE_URL
  didomi      DIDOMI_TOKEN, or DIDOMI_TOKEN_FILE, or DIDOMI_KEY and DIDOMI_SECRET
              DIDOMI_ORGANIZATION_ID, required. DIDOMI_BASE_URL
  A token file is a regular file that only you can read (chmod 600), or a mounted secret: read-only
  (modes 0400, 0440, 0444), owned by another user, or on a read-only mount. It must not be writable by
  others. It is read again when the vendor refuses the token.
  HTTPS_PROXY, HTTP_PROXY and NO_PROXY are used on Node 22.21, 24 and later.

Exit codes:
    0  completed, and saved. For get: the vendor answered, and the export has not failed. For start: started
    1  the export failed, was canceled, or it or its file has expired
    2  the command or the environment is wrong, such as the base URL; a file exists or cannot be
       written; or it is not known whether an export was started
    3  the vendor refused: credentials, permissions, an export that it does not know
   70  a bug in export-jobs
   74  stdout could not be written. The ref of an export that was started is on stderr
  124  stopped waiting: timeout, stalled, unreachable, unknown status; or a download broke off.
       The same command may succeed later
  130  interrupted by Ctrl-C (143: terminated). The exports themselves continue
  For several exports it is the most severe: 2, then 3, then 1, then 124.`
