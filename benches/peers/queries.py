"""The questions, in KQL as published and in the words of each peer, and what makes two answers the same."""
import os

KQL = {}

# The first seed, as published.
KQL["signin"] = """
let usersWithSuspiciousEmails = EmailEvents
| where SenderFromAddress in ("no-reply@notify.microsoft.com", "no-reply@dropbox.com") or InternetMessageId startswith "<OneTimePasscode"
| where isnotempty(RecipientObjectId)
| distinct RecipientObjectId;
AADSignInEventsBeta
| where AccountObjectId in (usersWithSuspiciousEmails)
| where RiskLevelDuringSignIn == 100
"""

# The second seed, as published.
KQL["mailbox"] = r"""
let LookBack = 30d;
let TimeFrame = 14d;
let UserThreshold = 1;
let FolderThreshold = 5;
let relevantMailItems = materialize (
CloudAppEvents
| where Timestamp > ago(LookBack)
| where ActionType == "MailItemsAccessed"
| where RawEventData['ResultStatus'] == "Succeeded"
| extend UserId = tostring(RawEventData['UserId'])
| extend MailboxOwnerUPN = tostring(RawEventData['MailboxOwnerUPN'])
| where tolower(UserId) != tolower(MailboxOwnerUPN)
| extend Folders = RawEventData['Folders']
| where isnotempty(Folders)
| mv-expand parse_json(Folders)
| extend foldersPath = tostring(Folders.Path)
| where isnotempty(foldersPath)
| extend ClientInfoString = RawEventData['ClientInfoString']
| extend MailBoxGuid = RawEventData['MailboxGuid']
| extend ClientIP = iif(IPAddress startswith "[", extract("\\[([^\\]]*)", 1, IPAddress), IPAddress)
| project Timestamp, ClientIP, UserId, MailboxOwnerUPN, tostring(ClientInfoString), foldersPath, tostring(MailBoxGuid)
);
let relevantMailItemsBaseLine =
relevantMailItems
| where Timestamp between(ago(LookBack) .. ago(TimeFrame))
| distinct MailboxOwnerUPN, UserId;
let relevantMailItemsHunting =
relevantMailItems
| where Timestamp between(ago(TimeFrame) .. now())
| distinct ClientIP, UserId, MailboxOwnerUPN, ClientInfoString, foldersPath, MailBoxGuid;
relevantMailItemsBaseLine
| join kind=rightanti relevantMailItemsHunting
on MailboxOwnerUPN, UserId
| summarize FolderCount = dcount(tostring(foldersPath)),
UserCount = dcount(MailBoxGuid),
foldersPathSet = make_set(foldersPath),
ClientInfoStringSet = make_set(ClientInfoString),
ClientIPSet = make_set(ClientIP),
MailBoxGuidSet = make_set(MailBoxGuid),
MailboxOwnerUPNSet = make_set(MailboxOwnerUPN)
by UserId
| where UserCount > UserThreshold or FolderCount > FolderThreshold
| extend Reason = case(
UserCount > UserThreshold and FolderCount > FolderThreshold, "Both User and Folder Threshold Exceeded",
FolderCount > FolderThreshold and UserCount < UserThreshold, "Folder Count Threshold Exceeded",
"User Threshold Exceeded"
)
| sort by UserCount desc
"""

KEY_KQL = "CloudAppEvents | where RawEventData.UserId == '{user}' | count"
SEARCH_KQL = "search in (CloudAppEvents) '{word}' | count"


def prepare(user, word):
    """Questions that hang on the data: a user, and a rare text that is no part of another word."""
    KQL["key"] = KEY_KQL.format(user=user.replace("'", "\\'"))
    KQL["search"] = SEARCH_KQL.format(word=word)


def summary(question, rows):
    """What must be the same, whatever the order of rows and of sets."""
    if question == "signin":
        return len(rows)
    if question == "mailbox":
        return sorted((str(row[0]).lower(), int(row[1]), int(row[2]), len(_list(row[3]))) for row in rows)
    return int(rows[0][0])


def _list(value):
    import json

    return json.loads(value) if isinstance(value, str) else value


# ---------------------------------------------------------------- DuckDB

def duckdb_read(connection, files):
    """The reader of some exports, and its columns: scalars as they are guessed, what is nested as JSON."""
    options = "format='newline_delimited', union_by_name=true, sample_size=200000"
    described = connection.execute(f"describe select * from read_json({files!r}, {options})").fetchall()
    columns = {}
    for name, kind, *_ in described:
        nested = kind.startswith(("STRUCT", "MAP", "JSON")) or kind.endswith("]")
        guessed = "VARCHAR" if kind in ("UUID", "DATE", "TIME") else kind
        columns[name] = "TIMESTAMP" if kind.startswith("TIMESTAMP") else "JSON" if nested else guessed
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return f"read_json({files!r}, format='newline_delimited', columns={{{kinds}}})", columns


def duckdb_select(columns, documents):
    """Every column, documents in this type where they are JSON."""
    return ", ".join(f'cast("{name}" as {documents}) as "{name}"' if kind == "JSON" else f'"{name}"' for name, kind in columns.items())


def peer(name, setting):
    prepare(setting["user"], setting["word"])
    return {"duckdb": duckdb, "chdb": chdb, "polars": polars}[name](setting)


def duckdb(setting):
    import duckdb as engine

    connection = engine.connect()
    connection.execute("set timezone='UTC'")
    files, now = setting["files"], f"timestamp '{setting['now']}'"
    cloud = f"'{files}/CloudAppEvents.parquet'"

    def run(text):
        rows = connection.execute(text).fetchall()
        return [[str(cell) if hasattr(cell, "isoformat") else cell for cell in row] for row in rows]

    signin = f"""
        select s.* from '{files}/AADSignInEventsBeta.parquet' s
        where s.RiskLevelDuringSignIn = 100 and s.AccountObjectId in (
            select RecipientObjectId from '{files}/EmailEvents.parquet'
            where RecipientObjectId <> '' and (SenderFromAddress in ('no-reply@notify.microsoft.com', 'no-reply@dropbox.com')
                or InternetMessageId ilike '<onetimepasscode%'))"""
    mailbox = f"""
        with picked as (
            select Timestamp, IPAddress, json_extract(RawEventData,
                ['$.ResultStatus', '$.UserId', '$.MailboxOwnerUPN', '$.ClientInfoString', '$.MailboxGuid', '$.Folders']) d
            from {cloud} where Timestamp > {now} - interval 30 day and ActionType = 'MailItemsAccessed'),
        items as (
            select Timestamp, case when starts_with(IPAddress, '[') then regexp_extract(IPAddress, '\\[([^\\]]*)', 1) else IPAddress end ip,
                coalesce(d[2] ->> '$', '') "user", coalesce(d[3] ->> '$', '') "owner", coalesce(d[4] ->> '$', '') client, coalesce(d[5] ->> '$', '') box,
                unnest(json_extract_string(d[6], '$[*].Path')) folder
            from picked where (d[1] ->> '$') = 'Succeeded' and lower(coalesce(d[2] ->> '$', '')) <> lower(coalesce(d[3] ->> '$', ''))),
        items_with_path as materialized (select * from items where folder <> ''),
        known as (select distinct "owner", "user" from items_with_path where Timestamp between {now} - interval 30 day and {now} - interval 14 day),
        hunted as (select distinct ip, "user", "owner", client, folder, box from items_with_path where Timestamp between {now} - interval 14 day and {now})
        select "user", count(distinct folder) folders, count(distinct box) boxes, list(distinct folder), list(distinct client), list(distinct ip),
            list(distinct box), list(distinct "owner")
        from hunted anti join known using ("owner", "user") group by "user" having boxes > 1 or folders > 5 order by boxes desc"""
    texts = [row[0] for row in connection.execute(f"describe select * from {cloud}").fetchall() if row[1] in ("VARCHAR", "JSON")]
    word = setting["word"].lower()
    search = " or ".join(f"contains(lower(\"{column}\"), '{word}')" for column in texts)
    user = setting["user"].replace("'", "''")
    key = "select count(*) from {} where {} = '{}'"
    yield "signin", lambda: run(signin)
    yield "mailbox", lambda: run(mailbox)
    yield "key", lambda: run(key.format(cloud, "json_extract_string(RawEventData, '$.UserId')", user))
    if setting.get("variant"):
        connection.execute(f"attach '{setting['variant']}' as v (read_only)")
        yield "key (VARIANT)", lambda: run(key.format("v.CloudAppEvents", "cast(RawEventData.UserId as varchar)", user))
    yield "search", lambda: run(f"select count(*) from {cloud} where {search}")


# ---------------------------------------------------------------- ClickHouse

def chdb(setting):
    import json

    from chdb import session

    connection = session.Session()
    connection.query("set schema_inference_make_columns_nullable = 0")
    connection.query(f"set max_threads = {os.cpu_count()}")
    files, now = setting["files"], f"toDateTime64('{setting['now']}', 6, 'UTC')"
    cloud = f"file('{files}/CloudAppEvents.parquet')"

    def run(text):
        answer = connection.query(text, "JSONCompactEachRow").bytes().decode()
        return [json.loads(line) for line in answer.splitlines() if line]

    signin = f"""
        select * from file('{files}/AADSignInEventsBeta.parquet')
        prewhere RiskLevelDuringSignIn = 100
        where AccountObjectId in (
            select RecipientObjectId from file('{files}/EmailEvents.parquet')
            where RecipientObjectId <> '' and (SenderFromAddress in ('no-reply@notify.microsoft.com', 'no-reply@dropbox.com')
                or InternetMessageId ilike '<onetimepasscode%'))"""
    mailbox = f"""
        with items as (
            select Timestamp, if(startsWith(IPAddress, '['), extract(IPAddress, '\\\\[([^\\\\]]*)'), IPAddress) ip,
                JSONExtractString(RawEventData, 'UserId') user, JSONExtractString(RawEventData, 'MailboxOwnerUPN') owner,
                JSONExtractString(RawEventData, 'ClientInfoString') client, JSONExtractString(RawEventData, 'MailboxGuid') box,
                JSONExtractString(arrayJoin(JSONExtractArrayRaw(RawEventData, 'Folders')), 'Path') folder
            from {cloud}
            where Timestamp > {now} - interval 30 day and ActionType = 'MailItemsAccessed'
                and JSONExtractString(RawEventData, 'ResultStatus') = 'Succeeded' and lower(user) <> lower(owner)),
        known as (select distinct owner, user from items where folder <> '' and Timestamp between {now} - interval 30 day and {now} - interval 14 day),
        hunted as (select distinct ip, user, owner, client, folder, box from items
            where folder <> '' and Timestamp between {now} - interval 14 day and {now})
        select user, uniqExact(folder) folders, uniqExact(box) boxes, groupUniqArray(folder), groupUniqArray(client), groupUniqArray(ip),
            groupUniqArray(box), groupUniqArray(owner)
        from hunted left anti join known on known.owner = hunted.owner and known.user = hunted.user
        group by user having boxes > 1 or folders > 5 order by boxes desc"""
    user = setting["user"].replace("'", "\\'")
    described = run(f"describe {cloud}")
    texts = [row[0] for row in described if row[1] in ("String", "Nullable(String)")]
    search = " or ".join(f"positionCaseInsensitive(`{column}`, '{setting['word']}') > 0" for column in texts)
    yield "signin", lambda: run(signin)
    yield "mailbox", lambda: run(mailbox)
    yield "key", lambda: run(f"select count() from {cloud} where JSONExtractString(RawEventData, 'UserId') = '{user}'")
    yield "search", lambda: run(f"select count() from {cloud} where {search}")


# ---------------------------------------------------------------- Polars

def polars(setting):
    from datetime import datetime, timedelta

    import polars as pl

    files = setting["files"]
    now = datetime.fromisoformat(setting["now"])
    cloud = pl.scan_parquet(f"{files}/CloudAppEvents.parquet")
    schema = cloud.collect_schema()

    def rows(frame):
        return [[str(cell) if hasattr(cell, "isoformat") else cell for cell in row] for row in frame.rows()]

    def at(key):
        return pl.col("RawEventData").str.json_path_match("$." + key).fill_null("")

    def signin():
        mail = pl.scan_parquet(f"{files}/EmailEvents.parquet").filter(
            (pl.col("RecipientObjectId") != "")
            & (
                pl.col("SenderFromAddress").is_in(["no-reply@notify.microsoft.com", "no-reply@dropbox.com"])
                | pl.col("InternetMessageId").str.to_lowercase().str.starts_with("<onetimepasscode")
            )
        )
        users = mail.select(AccountObjectId="RecipientObjectId").unique()
        risky = pl.scan_parquet(f"{files}/AADSignInEventsBeta.parquet").filter(pl.col("RiskLevelDuringSignIn") == 100)
        return rows(risky.join(users, on="AccountObjectId", how="semi").collect(engine="streaming"))

    def mailbox():
        bracketed = pl.col("IPAddress").str.starts_with("[")
        items = (
            cloud.filter((pl.col("Timestamp") > now - timedelta(days=30)) & (pl.col("ActionType") == "MailItemsAccessed"))
            .filter(at("ResultStatus") == "Succeeded")
            .with_columns(user=at("UserId"), owner=at("MailboxOwnerUPN"))
            .filter(pl.col("user").str.to_lowercase() != pl.col("owner").str.to_lowercase())
            .with_columns(
                client=at("ClientInfoString"),
                box=at("MailboxGuid"),
                folder=pl.col("RawEventData").str.json_path_match("$.Folders").str.json_decode(pl.List(pl.Struct({"Path": pl.String}))),
                ip=pl.when(bracketed).then(pl.col("IPAddress").str.extract(r"\[([^\]]*)", 1)).otherwise(pl.col("IPAddress")),
            )
            .explode("folder")
            .with_columns(folder=pl.col("folder").struct.field("Path"))
            .filter(pl.col("folder") != "")
            .select("Timestamp", "ip", "user", "owner", "client", "folder", "box")
            .collect(engine="streaming")
            .lazy()
        )
        known = items.filter(pl.col("Timestamp").is_between(now - timedelta(days=30), now - timedelta(days=14))).select("owner", "user").unique()
        hunted = items.filter(pl.col("Timestamp").is_between(now - timedelta(days=14), now)).drop("Timestamp").unique()
        found = (
            hunted.join(known, on=["owner", "user"], how="anti")
            .group_by("user")
            .agg(
                folders=pl.col("folder").n_unique(),
                boxes=pl.col("box").n_unique(),
                folder_set=pl.col("folder").unique(),
                clients=pl.col("client").unique(),
                ips=pl.col("ip").unique(),
                box_set=pl.col("box").unique(),
                owners=pl.col("owner").unique(),
            )
            .filter((pl.col("boxes") > 1) | (pl.col("folders") > 5))
            .sort("boxes", descending=True)
        )
        return rows(found.collect(engine="streaming"))

    texts = [name for name, kind in schema.items() if kind == pl.String]
    word = setting["word"].lower()
    anywhere = pl.any_horizontal([pl.col(name).str.to_lowercase().str.contains(word, literal=True) for name in texts])
    yield "signin", signin
    yield "mailbox", mailbox
    yield "key", lambda: rows(cloud.filter(at("UserId") == setting["user"]).select(pl.len()).collect(engine="streaming"))
    yield "search", lambda: rows(cloud.filter(anywhere.fill_null(False)).select(pl.len()).collect(engine="streaming"))
