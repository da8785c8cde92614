-- Times are nanoseconds since the Unix epoch (UTC). Lists and maps are JSON text; what is asked for has a column.
-- Jobs are referred to without a foreign key: retention may remove an ended job that a late row still names.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far everything seen has been stored. One row.
CREATE TABLE cursor (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  since           INTEGER NOT NULL, -- time of the first observation
  clock           INTEGER NOT NULL, -- time of the newest one
  last_event_time INTEGER NOT NULL,
  commit_no       INTEGER NOT NULL, -- raised by every commit that changed anything
  malformed       INTEGER NOT NULL,
  unknown_kinds   INTEGER NOT NULL
) STRICT;

-- The highest id ever given, kept when its row is gone: ids are never given twice.
CREATE TABLE last_ids (
  name TEXT PRIMARY KEY,
  id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id            INTEGER PRIMARY KEY,
  key           TEXT NOT NULL, -- not unique: a job that retention removed may be seen again
  system        TEXT NOT NULL,
  server        TEXT,
  project       TEXT,
  pipeline      TEXT,
  ref           TEXT,
  url           TEXT,
  runner        TEXT,
  slot          TEXT,
  state         TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  last_alive_at INTEGER NOT NULL,
  grace_seconds INTEGER NOT NULL,
  alias_of      INTEGER,
  root_pid      INTEGER, -- of a job whose steps are processes of the host
  root_start    INTEGER,
  commit_no     INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_key ON jobs (key);
CREATE INDEX jobs_started ON jobs (started_at);
CREATE INDEX jobs_system ON jobs (system, started_at);
CREATE INDEX jobs_state ON jobs (state, started_at);
CREATE INDEX jobs_project ON jobs (project, started_at);
CREATE INDEX jobs_ended ON jobs (ended_at, started_at);
CREATE INDEX jobs_alias ON jobs (alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX jobs_commit ON jobs (commit_no);

-- Who is who: one row per incarnation. The same volume name made again is another resource.
CREATE TABLE resources (
  id        INTEGER PRIMARY KEY,
  type      TEXT NOT NULL CHECK (type IN ('container', 'volume', 'network', 'image')),
  engine_id TEXT NOT NULL
) STRICT;
CREATE INDEX resources_engine_id ON resources (type, engine_id);

CREATE TABLE containers (
  id               INTEGER PRIMARY KEY REFERENCES resources (id),
  name             TEXT NOT NULL,
  owner_job        INTEGER,
  owner_system     TEXT,
  owner_confidence TEXT,
  owner_level      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  removed_at       INTEGER,
  image            TEXT NOT NULL,
  image_id         TEXT,
  preset           TEXT,
  part             TEXT,
  system_actor     TEXT,
  status           TEXT NOT NULL,
  state            TEXT GENERATED ALWAYS AS (CASE WHEN removed_at IS NULL THEN status ELSE 'removed' END) VIRTUAL,
  started_at       INTEGER,
  finished_at      INTEGER,
  exit_code        INTEGER,
  pid              INTEGER, -- main process, while it runs
  exit_at          INTEGER, -- its end as the kernel told it
  exit_signal      INTEGER,
  oom_killed       INTEGER NOT NULL,
  error            TEXT NOT NULL,
  detached_at      INTEGER,
  auto_remove      INTEGER NOT NULL,
  inspected        INTEGER NOT NULL,
  owner_because    TEXT NOT NULL,
  labels           TEXT NOT NULL,
  env              TEXT NOT NULL,
  mounts           TEXT NOT NULL,
  networks         TEXT NOT NULL,
  ports            TEXT NOT NULL,
  refers_to        TEXT NOT NULL,
  imitated         TEXT NOT NULL
) STRICT;
CREATE INDEX containers_created ON containers (created_at);
CREATE INDEX containers_job ON containers (owner_job, created_at);
CREATE INDEX containers_name ON containers (name, created_at);
CREATE INDEX containers_state ON containers (state, created_at);
CREATE INDEX containers_image ON containers (image_id, created_at);
CREATE INDEX containers_removed ON containers (removed_at);

CREATE TABLE volumes (
  id               INTEGER PRIMARY KEY REFERENCES resources (id),
  name             TEXT NOT NULL,
  owner_job        INTEGER,
  owner_system     TEXT,
  owner_confidence TEXT,
  owner_level      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  removed_at       INTEGER,
  driver           TEXT NOT NULL,
  creator          INTEGER,
  owner_because    TEXT NOT NULL,
  labels           TEXT NOT NULL
) STRICT;
CREATE INDEX volumes_created ON volumes (created_at);
CREATE INDEX volumes_job ON volumes (owner_job, created_at);
CREATE INDEX volumes_name ON volumes (name, created_at);
CREATE INDEX volumes_removed ON volumes (removed_at);
CREATE INDEX volumes_creator ON volumes (creator) WHERE creator IS NOT NULL;

CREATE TABLE networks (
  id               INTEGER PRIMARY KEY REFERENCES resources (id),
  name             TEXT NOT NULL,
  owner_job        INTEGER,
  owner_system     TEXT,
  owner_confidence TEXT,
  owner_level      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  removed_at       INTEGER,
  driver           TEXT NOT NULL,
  owner_because    TEXT NOT NULL,
  labels           TEXT NOT NULL
) STRICT;
CREATE INDEX networks_created ON networks (created_at);
CREATE INDEX networks_job ON networks (owner_job, created_at);
CREATE INDEX networks_removed ON networks (removed_at);

CREATE TABLE images (
  id               INTEGER PRIMARY KEY REFERENCES resources (id),
  name             TEXT NOT NULL,
  owner_job        INTEGER,
  owner_system     TEXT,
  owner_confidence TEXT,
  owner_level      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  removed_at       INTEGER,
  owner_because    TEXT NOT NULL,
  labels           TEXT NOT NULL,
  tags             TEXT NOT NULL
) STRICT;
CREATE INDEX images_created ON images (created_at);
CREATE INDEX images_job ON images (owner_job, created_at);
CREATE INDEX images_removed ON images (removed_at);

CREATE TABLE name_uses (
  id       INTEGER PRIMARY KEY,
  type     TEXT NOT NULL,
  name     TEXT NOT NULL,
  resource INTEGER NOT NULL REFERENCES resources (id),
  job      INTEGER,
  since    INTEGER NOT NULL,
  until    INTEGER
) STRICT;
CREATE INDEX name_uses_until ON name_uses (until);
CREATE INDEX name_uses_resource ON name_uses (resource);

CREATE TABLE mount_uses (
  id          INTEGER PRIMARY KEY,
  container   INTEGER NOT NULL REFERENCES containers (id),
  kind        TEXT NOT NULL,
  source      TEXT NOT NULL,
  destination TEXT NOT NULL,
  read_only   INTEGER NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER
) STRICT;
CREATE INDEX mount_uses_container ON mount_uses (container);
CREATE INDEX mount_uses_source ON mount_uses (kind, source, since);
CREATE INDEX mount_uses_until ON mount_uses (until);

CREATE TABLE acts (
  id              INTEGER PRIMARY KEY,
  container       INTEGER NOT NULL REFERENCES containers (id),
  verb            TEXT NOT NULL,
  at              INTEGER NOT NULL,
  last_at         INTEGER NOT NULL,
  signals         TEXT NOT NULL,
  detached_before INTEGER NOT NULL,
  died_at         INTEGER,
  events          TEXT NOT NULL,
  due_at          INTEGER -- null: settled
) STRICT;
CREATE INDEX acts_container ON acts (container, at);
CREATE INDEX acts_at ON acts (at);
CREATE INDEX acts_last ON acts (last_at);
CREATE INDEX acts_due ON acts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE deaths (
  id         INTEGER PRIMARY KEY,
  container  INTEGER NOT NULL REFERENCES containers (id),
  at         INTEGER NOT NULL,
  exit_code  INTEGER,
  signal     INTEGER,
  oom_killed INTEGER NOT NULL,
  cause      TEXT NOT NULL,
  confidence TEXT NOT NULL,
  act        INTEGER,
  finding    INTEGER,
  text       TEXT NOT NULL
) STRICT;
CREATE INDEX deaths_container ON deaths (container, at);
CREATE INDEX deaths_at ON deaths (at);

-- Type and action of events, interned.
CREATE TABLE kinds (
  id     INTEGER PRIMARY KEY,
  type   TEXT NOT NULL,
  action TEXT NOT NULL,
  UNIQUE (type, action)
) STRICT;
CREATE INDEX kinds_action ON kinds (action);

-- Nearly all rows of the database are here, so they are narrow: what the resource's own row says is not repeated.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      INTEGER NOT NULL,
  resource  INTEGER,
  other     INTEGER, -- the container that a network or volume event speaks of
  job       INTEGER,
  signal    INTEGER,
  exit_code INTEGER,
  more      TEXT     -- what has no column, as JSON
) STRICT;
CREATE INDEX events_at ON events (at);
CREATE INDEX events_kind ON events (kind, at);
CREATE INDEX events_job ON events (job, at) WHERE job IS NOT NULL;
CREATE INDEX events_resource ON events (resource, at) WHERE resource IS NOT NULL;
CREATE INDEX events_other ON events (other, at) WHERE other IS NOT NULL;

CREATE TABLE findings (
  id            INTEGER PRIMARY KEY,
  commit_no     INTEGER NOT NULL,
  status        TEXT NOT NULL,
  kind          TEXT NOT NULL,
  variant       TEXT,
  severity      TEXT NOT NULL,
  confidence    TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  count         INTEGER NOT NULL,
  revision      INTEGER NOT NULL,
  settled       INTEGER NOT NULL,
  act           INTEGER,
  resource_type TEXT NOT NULL,
  resource_id   TEXT NOT NULL,
  resource_name TEXT NOT NULL,
  subject       TEXT NOT NULL,
  fingerprint   TEXT NOT NULL,
  note          TEXT,
  title         TEXT NOT NULL,
  summary       TEXT NOT NULL,
  advice        TEXT NOT NULL,
  victims       TEXT NOT NULL,
  actors        TEXT NOT NULL,
  affected      TEXT NOT NULL -- last, since it can be long and lists do not show it
) STRICT;
CREATE INDEX findings_seen ON findings (last_seen_at);
CREATE INDEX findings_status ON findings (status, last_seen_at);
CREATE INDEX findings_kind ON findings (kind, last_seen_at);
CREATE INDEX findings_severity ON findings (severity, last_seen_at);
CREATE INDEX findings_confidence ON findings (confidence, last_seen_at);
CREATE INDEX findings_resource ON findings (resource_id);
CREATE INDEX findings_act ON findings (act) WHERE act IS NOT NULL;
CREATE INDEX findings_commit ON findings (commit_no);

CREATE TABLE finding_parties (
  finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  role    TEXT NOT NULL CHECK (role IN ('victim', 'actor')),
  job     INTEGER,
  system  TEXT
) STRICT;
CREATE INDEX finding_parties_finding ON finding_parties (finding);
CREATE INDEX finding_parties_job ON finding_parties (job, role, finding) WHERE job IS NOT NULL;

CREATE TABLE evidence (
  finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  place   INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  source  TEXT NOT NULL,
  text    TEXT NOT NULL,
  ref     TEXT,
  PRIMARY KEY (finding, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_ref ON evidence (ref) WHERE ref IS NOT NULL;

CREATE TABLE suppressions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT,
  job        TEXT,
  project    TEXT,
  resource   TEXT,
  until      INTEGER,
  reason     TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE gaps (
  id        INTEGER PRIMARY KEY,
  source    TEXT NOT NULL,
  since     INTEGER,
  until     INTEGER,
  reason    TEXT NOT NULL,
  missing   TEXT NOT NULL,
  commit_no INTEGER NOT NULL
) STRICT;
CREATE INDEX gaps_until ON gaps (until, since);
CREATE INDEX gaps_source ON gaps (source);
CREATE INDEX gaps_commit ON gaps (commit_no);

-- Docker commands that were seen being executed.
CREATE TABLE execs (
  id             INTEGER PRIMARY KEY,
  key            TEXT NOT NULL UNIQUE,
  at             INTEGER NOT NULL,
  end_at         INTEGER,
  code           INTEGER,
  signal         INTEGER,
  verb           TEXT NOT NULL,
  name           TEXT,
  image          TEXT,
  project        TEXT,
  engine         TEXT NOT NULL,
  pid            INTEGER NOT NULL,
  start          INTEGER NOT NULL,
  uid            INTEGER NOT NULL,
  exe            TEXT NOT NULL,
  container_id   TEXT, -- the engine's id of the container in which it ran, known here or not
  made           INTEGER, -- of a run or create without a name: the container it made
  caller_job     INTEGER, -- the caller's job as known when it was handled
  job            INTEGER, -- the same, or the owner of the container as it became known later: what lists show
  older_than_job INTEGER NOT NULL,
  truncated      INTEGER NOT NULL,
  force          INTEGER NOT NULL,
  auto_remove    INTEGER NOT NULL,
  tags           TEXT NOT NULL,
  filters        TEXT NOT NULL,
  targets        TEXT NOT NULL
) STRICT;
CREATE INDEX execs_at ON execs (at);
CREATE INDEX execs_end ON execs (end_at);
CREATE INDEX execs_verb ON execs (verb, at);
CREATE INDEX execs_job ON execs (job, at) WHERE job IS NOT NULL;
CREATE INDEX execs_container ON execs (container_id) WHERE container_id IS NOT NULL;

-- Which commands name a thing, newest first.
CREATE TABLE exec_targets (
  target TEXT NOT NULL,
  at     INTEGER NOT NULL, -- of the command
  exec   INTEGER NOT NULL REFERENCES execs (id),
  PRIMARY KEY (target, at, exec)
) STRICT, WITHOUT ROWID;
CREATE INDEX exec_targets_exec ON exec_targets (exec);

-- Calls that passed the audit socket. The columns of a command say what a docker command would ask; its verb is empty
-- where none asks for the same.
CREATE TABLE calls (
  id             INTEGER PRIMARY KEY,
  key            TEXT NOT NULL UNIQUE,
  at             INTEGER NOT NULL,
  end_at         INTEGER,
  code           INTEGER, -- 0: the engine did it, 1: it refused
  signal         INTEGER,
  verb           TEXT NOT NULL,
  name           TEXT,
  image          TEXT,
  project        TEXT,
  engine         TEXT NOT NULL,
  pid            INTEGER NOT NULL,
  start          INTEGER NOT NULL,
  uid            INTEGER NOT NULL,
  exe            TEXT NOT NULL,
  container_id   TEXT, -- the engine's id of the container that called, known here or not
  made           INTEGER,
  caller_job     INTEGER, -- the caller's job as known when it was handled
  job            INTEGER, -- the same, or the owner of the container as it became known later: what lists show
  older_than_job INTEGER NOT NULL,
  truncated      INTEGER NOT NULL,
  force          INTEGER NOT NULL,
  auto_remove    INTEGER NOT NULL,
  tags           TEXT NOT NULL,
  filters        TEXT NOT NULL,
  targets        TEXT NOT NULL,
  method         TEXT NOT NULL,
  path           TEXT NOT NULL, -- without version and query
  query          TEXT NOT NULL,
  user_agent     TEXT,
  refs           TEXT NOT NULL,
  changed        TEXT NOT NULL, -- options of the audit socket that changed it
  caller_known   INTEGER NOT NULL,
  status         INTEGER,
  created        TEXT NOT NULL,
  message        TEXT,
  bytes_in       INTEGER NOT NULL,
  bytes_out      INTEGER NOT NULL,
  aborted        TEXT
) STRICT;
CREATE INDEX calls_at ON calls (at);
CREATE INDEX calls_end ON calls (end_at);
CREATE INDEX calls_verb ON calls (verb, at);
CREATE INDEX calls_path ON calls (path, at);
CREATE INDEX calls_status ON calls (status, at) WHERE status IS NOT NULL;
CREATE INDEX calls_job ON calls (job, at) WHERE job IS NOT NULL;
CREATE INDEX calls_container ON calls (container_id, at) WHERE container_id IS NOT NULL;

-- What each source of sight besides the events was, from when on: reports ask for the time of a job.
CREATE TABLE sources (
  id     INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  since  INTEGER NOT NULL,
  state  TEXT NOT NULL,
  reason TEXT,
  lost   INTEGER NOT NULL,
  witness TEXT, -- boot id of the witness that was linked last
  UNIQUE (source, since)
) STRICT;
CREATE INDEX sources_since ON sources (since);
