use quarry_storage::{FileOutcome, Format, IngestOptions};

use crate::place::{Place, each};
use crate::support::ticks;

const COLUMNS: [(&str, &str); 7] = [
    ("Timestamp", "datetime"),
    ("NetworkMessageId", "string"),
    ("SenderFromAddress", "string"),
    ("RecipientEmailAddress", "string"),
    ("EmailDirection", "string"),
    ("DeliveryAction", "string"),
    ("ThreatTypes", "string"),
];

const ROW: &str = r#"["2024-05-01T10:00:00.1234567Z","n1","a@b","c@d","Inbound","Delivered",""]"#;

fn columns(name: &str, ty: &str) -> String {
    let columns = COLUMNS.map(|(column, kind)| format!(r#"{{"{name}":"{column}","{ty}":"{kind}"}}"#));
    format!("[{}]", columns.join(","))
}

#[tokio::test]
async fn every_endpoint_spells_a_table_in_its_own_way() {
    let (small, v1, contents) = (
        columns("name", "type"),
        columns("ColumnName", "DataType"),
        columns("ColumnName", "ColumnType"),
    );
    let files = [
        (
            "log-analytics.json",
            format!(r#"{{"tables":[{{"name":"PrimaryResult","columns":{small},"rows":[{ROW}]}}]}}"#),
        ),
        (
            "v1.json",
            format!(
                r#"{{"Tables":[{{"TableName":"Table_0","Columns":{v1},"Rows":[{ROW}]}},{{"TableName":"Table_1","Columns":[{{"ColumnName":"Value"}}],"Rows":[["{{}}"]]}},{{"TableName":"Table_2","Columns":[{{"ColumnName":"Ordinal"}},{{"ColumnName":"Kind"}},{{"ColumnName":"Name"}}],"Rows":[[0,"QueryResult","PrimaryResult"],[1,"QueryProperties","x"]]}}]}}"#
            ),
        ),
        (
            "v2.json",
            format!(
                r#"[{{"FrameType":"DataSetHeader","Version":"v2.0"}},{{"FrameType":"DataTable","TableKind":"QueryProperties","Columns":[{{"ColumnName":"Key"}}],"Rows":[["x"]]}},{{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":{contents},"Rows":[{ROW}]}},{{"FrameType":"DataSetCompletion","HasErrors":false}}]"#
            ),
        ),
        (
            "progressive.json",
            format!(
                r#"[{{"FrameType":"TableHeader","TableKind":"PrimaryResult","Columns":{v1}}},{{"FrameType":"TableFragment","Rows":[{ROW}]}},{{"FrameType":"TableCompletion","RowCount":1}}]"#
            ),
        ),
    ];
    let time = ticks("2024-05-01T10:00:00.1234567Z").to_string();
    for (name, content) in files {
        let place = Place::new().await;
        let report = place.file(name, content).await;
        assert_eq!(report.rows.into_iter().collect::<Vec<_>>(), each(&["EmailEvents"]), "{name}");
        assert_eq!(report.format, Some(Format::QueryResult), "{name}");
        assert_eq!(
            place
                .rows("EmailEvents", &["Timestamp", "NetworkMessageId", "EmailDirection"])
                .await,
            [[time.as_str(), "n1", "Inbound"]]
        );
    }
}

#[tokio::test]
async fn errors_in_the_place_of_rows_and_short_rows_are_set_aside() {
    let place = Place::new().await;
    let content = format!(
        r#"{{"tables":[{{"name":"PrimaryResult","columns":{},"rows":[{ROW},["2024-05-01T10:00:00Z"],{{"Exceptions":["limit"]}}]}}]}}"#,
        columns("name", "type")
    );
    let report = place.ingest("answer.json", content, IngestOptions::default()).await;
    let reasons: Vec<&str> = report.files[0].examples.iter().map(|example| example.reason.as_str()).collect();
    assert_eq!(report.total_rows(), 1);
    assert_eq!(
        reasons,
        [
            "1 cells where the table has 7 columns",
            "the answer holds an error in the place of a row"
        ]
    );
}

/// Progressive results may take back what they gave.
#[tokio::test]
async fn rows_that_are_replaced_are_not_taken_twice() {
    let fragment = |kind: &str| format!(r#"{{"FrameType":"TableFragment","TableFragmentType":"{kind}","TableId":1,"Rows":[{ROW}]}}"#);
    let answer = |first: &str, second: &str| {
        format!(
            r#"[{{"FrameType":"TableHeader","TableKind":"PrimaryResult","TableId":1,"Columns":{}}},{},{}]"#,
            columns("ColumnName", "ColumnType"),
            fragment(first),
            fragment(second)
        )
    };
    let place = Place::new().await;
    let replaced = place
        .ingest("a.json", answer("DataAppend", "DataReplace"), IngestOptions::default())
        .await;
    assert!(
        matches!(&replaced.files[0].outcome, FileOutcome::Failed(reason) if reason.contains("progressive")),
        "{replaced:?}"
    );
    assert_eq!(
        place.tables("b.json", answer("DataReplace", "DataAppend")).await,
        [("EmailEvents".to_owned(), 2)]
    );
    assert_eq!(place.rows("EmailEvents", &["NetworkMessageId"]).await.len(), 2);
}

/// Lines are counted as editors do, whatever ends them and whatever stands above the header.
#[tokio::test]
async fn rows_set_aside_are_found_on_their_lines() {
    for (end, above, line) in [("\n", "", 3), ("\r\n", "", 3), ("\r\n", "sep=,\r\n", 4)] {
        let place = Place::new().await;
        let lines = [
            "Timestamp,NetworkMessageId,SenderFromAddress,RecipientEmailAddress,EmailDirection,DeliveryAction",
            "2024-05-01T10:00:00Z,n1,a@b,c@d,Inbound,Delivered",
            "never,n2,a@b,c@d,Inbound,Delivered",
            "",
        ];
        let report = place
            .ingest("x.csv", format!("{above}{}", lines.join(end)), IngestOptions::default())
            .await;
        assert_eq!(
            (report.total_rows(), report.files[0].examples[0].line),
            (1, line),
            "{end:?} {above:?}"
        );
    }
}

#[tokio::test]
async fn labels_and_zones_in_headers() {
    let place = Place::new().await;
    let content = "Timestamp [UTC],Network Message Id,SenderFromAddress,RecipientEmailAddress,EmailDirection,DeliveryAction,ThreatTypes\n\"5/1/2024, 10:00:00.123 AM\",n1,a@b,c@d,Inbound,Delivered,\n\"May 1, 2024 10:00:00 AM\",n2,a@b,c@d,Inbound,Delivered,\n";
    assert_eq!(place.tables("query_data.csv", content).await, [("EmailEvents".to_owned(), 2)]);
    let times = [
        ticks("2024-05-01T10:00:00.123Z").to_string(),
        ticks("2024-05-01T10:00:00Z").to_string(),
    ];
    assert_eq!(
        place.rows("EmailEvents", &["NetworkMessageId", "Timestamp"]).await,
        [["n1", times[0].as_str()], ["n2", times[1].as_str()]]
    );
}

/// The Graph module of PowerShell spells the members of an answer in its own way, and keeps rows as further properties of objects.
#[tokio::test]
async fn hunting_answers_in_the_case_of_powershell() {
    let row = r#"{"Timestamp":"2024-05-01T10:00:00Z","NetworkMessageId":"n1","SenderFromAddress":"a@b","RecipientEmailAddress":"c@d","EmailDirection":"Inbound","DeliveryAction":"Delivered"}"#;
    let schema = r#"[{"Name":"Timestamp","Type":"DateTime"}]"#;
    for (name, content) in [
        ("plain.json", format!(r#"{{"Schema":{schema},"Results":[{row}]}}"#)),
        (
            "module.json",
            format!(
                r#"{{"Results":[{{"AdditionalProperties":{row}}}],"Schema":{schema},"AdditionalProperties":{{"@odata.context":"x"}}}}"#
            ),
        ),
        (
            "pretty.json",
            format!("{{\n  \"Results\": [\n    {{\n      \"AdditionalProperties\": {row}\n    }}\n  ],\n  \"Schema\": {schema}\n}}\n"),
        ),
    ] {
        let place = Place::new().await;
        assert_eq!(place.tables(name, content).await, each(&["EmailEvents"]), "{name}");
        assert_eq!(place.rows("EmailEvents", &["NetworkMessageId"]).await, [["n1"]], "{name}");
    }
}
