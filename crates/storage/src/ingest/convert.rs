//! Conversions of single values that mappings use: text in, text out, nothing where there is nothing to say.

/// The last part of a Windows path.
pub(super) fn file_name(path: &str) -> Option<String> {
    let name = path.rsplit(['\\', '/']).next()?;
    some(name)
}

pub(super) fn lower(text: &str) -> Option<String> {
    some(&text.to_lowercase())
}

/// `CONTOSO` of `CONTOSO\mia`.
pub(super) fn domain(account: &str) -> Option<String> {
    some(account.split_once('\\')?.0)
}

/// `mia` of `CONTOSO\mia`.
pub(super) fn account(account: &str) -> Option<String> {
    some(account.split_once('\\').map_or(account, |(_, name)| name))
}

/// The hash of that name in `SHA1=…,MD5=…`, as Sysmon writes them.
fn hash(hashes: &str, wanted: &str) -> Option<String> {
    let mut parts = hashes.split(',').filter_map(|part| part.trim().split_once('='));
    parts
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .and_then(|(_, hash)| lower(hash))
}

pub(super) fn sha1(hashes: &str) -> Option<String> {
    hash(hashes, "SHA1")
}

pub(super) fn sha256(hashes: &str) -> Option<String> {
    hash(hashes, "SHA256")
}

pub(super) fn md5(hashes: &str) -> Option<String> {
    hash(hashes, "MD5")
}

/// A registry path with the root's full name.
pub(super) fn registry_path(path: &str) -> Option<String> {
    const ROOTS: [(&str, &str); 4] = [
        ("HKLM", "HKEY_LOCAL_MACHINE"),
        ("HKU", "HKEY_USERS"),
        ("HKCR", "HKEY_CLASSES_ROOT"),
        ("HKCU", "HKEY_CURRENT_USER"),
    ];
    let (root, rest) = path.split_once('\\').unwrap_or((path, ""));
    let root = ROOTS.iter().find(|(short, _)| *short == root).map_or(root, |(_, long)| long);
    some(&if rest.is_empty() {
        root.to_owned()
    } else {
        format!("{root}\\{rest}")
    })
}

/// The key of a registry value's path.
pub(super) fn registry_key(path: &str) -> Option<String> {
    registry_path(path.rsplit_once('\\').map_or(path, |(key, _)| key))
}

/// The name of a registry value's path.
pub(super) fn registry_value(path: &str) -> Option<String> {
    some(path.rsplit_once('\\')?.1)
}

/// An address without the brackets and the port that some services write around it; IPv4 in IPv6 form becomes IPv4.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        // One colon alone is before a port.
        None if text.bytes().filter(|byte| *byte == b':').count() == 1 => text.split(':').next().unwrap_or(text),
        None => text,
    };
    some(bare.strip_prefix("::ffff:").unwrap_or(bare)).filter(|text| text != "-")
}

/// A guid; nothing when the text is none.
pub(super) fn guid(text: &str) -> Option<String> {
    let mut out = String::with_capacity(36);
    quarry_value::guid::write(&quarry_value::guid::parse(text)?, &mut out);
    Some(out)
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_lose_brackets_and_ports() {
        for (text, expected) in [
            ("1.2.3.4", "1.2.3.4"),
            ("1.2.3.4:5678", "1.2.3.4"),
            ("[::ffff:1.2.3.4]:5678", "1.2.3.4"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(address(text).as_deref(), Some(expected));
        }
        assert_eq!(address("-"), None);
    }

    #[test]
    fn paths_hashes_and_accounts_are_taken_apart() {
        assert_eq!(file_name(r"C:\Windows\cmd.exe").as_deref(), Some("cmd.exe"));
        assert_eq!(sha256("SHA1=AA,SHA256=BB").as_deref(), Some("bb"));
        assert_eq!(md5("SHA1=AA"), None);
        assert_eq!(
            registry_key(r"HKLM\Software\Run\Evil").as_deref(),
            Some(r"HKEY_LOCAL_MACHINE\Software\Run")
        );
        assert_eq!(registry_value(r"HKLM\Software\Run\Evil").as_deref(), Some("Evil"));
        assert_eq!(domain(r"CONTOSO\mia").as_deref(), Some("CONTOSO"));
        assert_eq!(account(r"CONTOSO\mia").as_deref(), Some("mia"));
        assert_eq!(domain("mia"), None);
    }
}
