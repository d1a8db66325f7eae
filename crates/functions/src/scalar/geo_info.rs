//! `geo_info_from_ip_address`: asks geographic data that the query's database has at hand.

use std::net::IpAddr;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;

use crate::kernel::{Call, Kernel, kernel_expr};

/// Tells what is known of an address, as a bag.
pub type Geography = Arc<dyn Fn(IpAddr) -> Option<String> + Send + Sync>;

struct GeoInfo(Geography);

impl Kernel for GeoInfo {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let addresses = call.texts(0)?;
        // Logs repeat addresses from row to row.
        let mut last: (String, Option<String>) = (String::new(), None);
        call.write_dynamics(|row, out| {
            let text = addresses.get(row);
            if *text != *last.0 {
                last = (
                    text.clone().into_owned(),
                    text.trim().parse().ok().and_then(|address| (self.0)(address)),
                );
            }
            out.push_str(last.1.as_deref()?);
            Some(())
        })
    }
}

/// The call as an expression.
#[must_use]
pub fn geo_info(geography: Geography, address: Expr, ty: KqlType, now: i64) -> Expr {
    let kernel = Arc::new(GeoInfo(geography));
    kernel_expr("geo_info_from_ip_address", kernel, vec![address], vec![ty], KqlType::Dynamic, now)
}
