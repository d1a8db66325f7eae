//! Queries that reach for data outside: answered from local files, refused without.

use std::path::Path;
use std::sync::Arc;

use quarry_content::load_text;
use quarry_engine::{EngineConfig, MemoryDatabase, OutsideData, QueryOptions, Session};
use quarry_hunting::{Beside, Functions, HuntDatabase, ResultTable};
use quarry_storage::outside::{DataEntry, DataFile, DataKind, DataRegister};

fn register(folder: &Path, files: &[(DataKind, &str, Option<&str>, &str)]) -> DataRegister {
    let mut register = DataRegister::default();
    for (at, (kind, name, key, text)) in files.iter().enumerate() {
        let path = folder.join(format!("{at}.csv"));
        std::fs::write(&path, text).unwrap();
        let mut entry = DataEntry::new(*kind, name, &path);
        entry.key = key.map(str::to_owned);
        register.add(DataFile::open(entry, path, None).unwrap());
    }
    register
}

/// The rows of a query as JSON texts, or the code and message of what refuses it.
async fn answer(query: &str, beside: Beside) -> Result<Vec<String>, String> {
    let session = Session::new(&EngineConfig::default()).unwrap();
    let database = HuntDatabase::over(Arc::new(MemoryDatabase::new()), beside);
    match session.query(query, &database, &QueryOptions::default()).await {
        Ok(outcome) => {
            let table = ResultTable::from(outcome.tables.into_iter().next().unwrap());
            let rows = table.iter().map(|row| {
                let mut line = String::new();
                for column in 0..table.columns.len() {
                    if column > 0 {
                        line.push('|');
                    }
                    row.json(column, &mut line);
                }
                line
            });
            Ok(rows.collect())
        }
        Err(error) => Err(format!("{} {}", error.diagnostics[0].code, error.diagnostics[0].message)),
    }
}

fn beside(folder: &Path) -> Beside {
    let files = [
        (
            DataKind::File,
            "https://host/feed.csv",
            None,
            "when,what,tags\n2024-01-02,x,\"[1, 2]\"\nnever,y,z\n",
        ),
        (DataKind::Watchlist, "VIPs", Some("Mail"), "Name,Mail\nAnn,ann@x\nBob,bob@x\n"),
        (
            DataKind::Profiles,
            "profiles",
            None,
            "SHA1,GlobalPrevalence,Signer\nABC,7,Contoso\nabc,8,Again\n,9,Nobody\n",
        ),
    ];
    Beside {
        data: OutsideData {
            register: register(folder, &files),
        },
        ..Beside::default()
    }
}

#[tokio::test]
async fn externaldata_reads_the_file_that_stands_for_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let query = |address: &str| {
        format!(
            "externaldata(when: datetime, what: string, tags: dynamic) [h@'{address}'] with (format='csv', ignoreFirstRecord=true) | extend n = tags[1]"
        )
    };
    let rows = answer(&query("https://host/feed.csv?sig=secret"), beside(folder.path()))
        .await
        .unwrap();
    assert_eq!(rows, ["\"2024-01-02T00:00:00Z\"|\"x\"|[1,2]|2", "null|\"y\"|\"z\"|null"]);
    let refused = answer(&query("https://elsewhere/feed.csv"), beside(folder.path()))
        .await
        .unwrap_err();
    assert_eq!(refused, "Q0010 No local file stands for https://elsewhere/feed.csv");
}

#[tokio::test]
async fn watchlists_have_a_search_key_and_their_own_columns() {
    let folder = tempfile::tempdir().unwrap();
    let query = "_GetWatchlist('VIPs') | where SearchKey startswith 'bob' | project SearchKey, Name, WatchlistItem";
    let rows = answer(query, beside(folder.path())).await.unwrap();
    assert_eq!(rows, [r#""bob@x"|"Bob"|{"Name":"Bob","Mail":"bob@x"}"#]);
    let rows = answer("_GetWatchlist('VIPs', dynamic(['ann@x'])) | project Name", beside(folder.path())).await;
    assert_eq!(rows.unwrap(), ["\"Ann\""]);
    let rows = answer("_GetWatchlistAlias", beside(folder.path())).await;
    assert_eq!(rows.unwrap(), ["\"VIPs\""]);
    let refused = answer("_GetWatchlist('VIP')", beside(folder.path())).await.unwrap_err();
    assert_eq!(refused, "Q0010 No watchlist is called 'VIP'");
    // ASIM's own are optional.
    let rows = answer("_GetWatchlist('ASimDisabledParsers') | count", beside(folder.path())).await;
    assert_eq!(rows.unwrap(), ["0"]);
}

#[tokio::test]
async fn file_profiles_are_joined_by_hash() {
    let folder = tempfile::tempdir().unwrap();
    let query = "datatable(SHA1: string) ['Abc', 'def', ''] | invoke FileProfile(SHA1, 500)
        | project SHA1, known = isnotnull(GlobalPrevalence), ProfileAvailability | order by SHA1 asc";
    let rows = answer(query, beside(folder.path())).await.unwrap();
    assert_eq!(
        rows,
        [r#"""|false|"Missing""#, r#""Abc"|true|"Available""#, r#""def"|false|"Missing""#]
    );
    let rows = answer(query, Beside::default()).await.unwrap();
    assert!(rows.iter().all(|row| row.ends_with("false|\"Missing\"")), "{rows:?}");
}

#[tokio::test]
async fn user_agents_are_told_by_the_registered_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "user_agent_parsers:\n  - regex: '(Fox)/(\\d+)\\.(\\d+)'\nos_parsers:\n  - regex: 'Win(\\w+)'\n    os_replacement: 'Windows'\ndevice_parsers: []\n";
    let path = folder.path().join("regexes.yaml");
    std::fs::write(&path, rules).unwrap();
    let entry = DataEntry::new(DataKind::Agents, DataKind::Agents.name(), &path);
    let mut register = DataRegister::default();
    register.add(DataFile::open(entry, path, None).unwrap());
    let query = "datatable(agent: string, part: string) ['Fox/3.1 (Windows)', 'browser', 'Fox/3.1 (Windows)', 'os', 'x', 'nothing']
        | project one = parse_user_agent(agent, part), two = parse_user_agent(agent, dynamic(['device', 'browser'])).Device.Family";
    let beside = Beside {
        data: OutsideData { register },
        ..Beside::default()
    };
    let rows = answer(query, beside).await.unwrap();
    assert_eq!(
        rows,
        [
            r#"{"Browser":{"Family":"Fox","MajorVersion":"3","MinorVersion":"1","Patch":""}}|"Other""#,
            r#"{"OperatingSystem":{"Family":"Windows","MajorVersion":"","MinorVersion":"","Patch":"","PatchMinor":""}}|"Other""#,
            r#"{}|"Other""#,
        ]
    );
    let refused = answer(query, Beside::default()).await.unwrap_err();
    assert!(refused.starts_with("Q0010 parse_user_agent()"), "{refused}");
}

#[tokio::test]
async fn places_of_addresses_are_refused_without_data() {
    let refused = answer("print geo_info_from_ip_address('20.53.203.50')", Beside::default())
        .await
        .unwrap_err();
    assert!(refused.starts_with("Q0010 geo_info_from_ip_address()"), "{refused}");
}

#[tokio::test]
async fn parsers_are_functions_with_typed_defaults() {
    let parser = "Function:\n  Title: t\n  Version: '1'\nFunctionName: imThing\nFunctionAlias: _Im_Thing\nFunctionParams:\n  - Name: least\n    Type: int\n    Default: 2\n  - Name: names\n    Type: dynamic\n    Default: dynamic([])\nFunctionQuery: |\n  range n from 1 to 4 step 1 | where n >= least and (array_length(names) == 0 or tostring(n) in (names))\n";
    let documents = [load_text("parser.yaml", parser)];
    let beside = || Beside {
        functions: Functions::of(&documents),
        workspaces: vec!["soc".to_owned()],
        ..Beside::default()
    };
    let rows = answer("_Im_Thing(names=dynamic(['3', '9'])) | project n", beside()).await;
    assert_eq!(rows.unwrap(), ["3"]);
    assert_eq!(answer("imThing | count", beside()).await.unwrap(), ["3"]);
    assert_eq!(answer("workspace('soc').imThing(4) | count", beside()).await.unwrap(), ["1"]);
    let refused = answer("workspace('elsewhere').imThing | count", beside()).await.unwrap_err();
    assert!(refused.starts_with("Q0103"), "{refused}");
    let refused = answer("imThing(leest=2)", beside()).await.unwrap_err();
    assert_eq!(refused, "SEM0219 imThing() has no parameter named 'leest'");
}
