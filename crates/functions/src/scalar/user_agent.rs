//! `parse_user_agent`: asks a catalogue that the query's database has at hand.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_value::dynamic::{BagWriter, elements, to_kql_string};

use crate::kernel::{Call, Kernel, Texts, kernel_expr};

/// What can be looked for in a user agent string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentPart {
    Browser,
    OperatingSystem,
    Device,
}

impl AgentPart {
    /// In the order of the answer: how a query asks for it, what the answer calls it.
    const NAMES: [(AgentPart, &str, &str); 3] = [
        (AgentPart::Browser, "browser", "Browser"),
        (AgentPart::OperatingSystem, "os", "OperatingSystem"),
        (AgentPart::Device, "device", "Device"),
    ];
}

/// Tells what is known of a part of a user agent string, as a bag.
pub type UserAgents = Arc<dyn Fn(&str, AgentPart) -> String + Send + Sync>;

struct UserAgent(UserAgents);

impl Kernel for UserAgent {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let agents = call.texts(0)?;
        let wanted = if call.has(1) { Some(call.texts(1)?) } else { None };
        let list = wanted.as_ref().is_some_and(Texts::is_dynamic);
        // Logs repeat agents from row to row, and a catalogue has a thousand expressions to try.
        let (mut last, mut bag) = (None::<(String, String)>, String::new());
        call.write_dynamics(|row, out| {
            let agent = agents.get(row);
            let wanted = wanted.as_ref().map(|wanted| wanted.raw(row).unwrap_or_default());
            let key = wanted.unwrap_or_default();
            if !last.as_ref().is_some_and(|(text, asked)| *text == *agent && asked == key) {
                bag.clear();
                let mut writer = BagWriter::new(&mut bag);
                for (part, asked, name) in AgentPart::NAMES {
                    if wanted.is_none_or(|wanted| asks(wanted, list, asked)) {
                        writer.key(name).push_str(&(self.0)(&agent, part));
                    }
                }
                writer.finish();
                last = Some((agent.into_owned(), key.to_owned()));
            }
            out.push_str(&bag);
            Some(())
        })
    }
}

/// Whether the second argument, one name or an array of names, holds this one.
fn asks(wanted: &str, list: bool, name: &str) -> bool {
    if !list {
        return wanted.eq_ignore_ascii_case(name);
    }
    let is = |one: &str| to_kql_string(one).eq_ignore_ascii_case(name);
    elements(wanted).map_or_else(|| is(wanted), |mut all| all.any(is))
}

/// The call as an expression.
#[must_use]
pub fn user_agent(agents: UserAgents, args: Vec<Expr>, types: Vec<KqlType>, now: i64) -> Expr {
    kernel_expr("parse_user_agent", Arc::new(UserAgent(agents)), args, types, KqlType::Dynamic, now)
}
