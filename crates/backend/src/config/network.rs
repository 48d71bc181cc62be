//! A range of addresses, as `trusted_proxies` names them.

use std::{fmt, net::IpAddr, str::FromStr};

/// One address, or a range in CIDR notation: `10.0.0.0/8`, `fd00::/8`.
///
/// # Example
///
/// ```
/// use damage_report_backend::config::AddressRange;
///
/// let cloud: AddressRange = "10.0.0.0/8".parse()?;
/// assert!(cloud.contains("10.1.2.3".parse()?) && !cloud.contains("11.0.0.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// Its first address. An IPv4-mapped IPv6 address is stored as IPv4.
    first: IpAddr,
    /// The number of leading bits that all its addresses share.
    prefix: u32,
}

/// Why a text names no [`AddressRange`]: what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It is neither an address nor a range.
    #[error("an address such as 10.0.0.1, or a range such as 10.0.0.0/8 or fd00::/8")]
    Form,
    /// The address has bits after the prefix, so the text could mean the address or this range.
    #[error("an address without a prefix, or the range {0}")]
    BitsBehindPrefix(AddressRange),
}

impl AddressRange {
    /// Whether `address` is in it. An IPv4-mapped address (`::ffff:10.0.0.1`) counts as the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && masked(address, self.prefix) == self.first
    }
}

impl FromStr for AddressRange {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.trim().split_once('/') {
            None => (text.trim(), None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let written: IpAddr = address.parse().map_err(|_| NetworkError::Form)?;
        let first = written.to_canonical();
        let (of_written, of_first) = (width(written), width(first));
        let prefix = match prefix {
            None => of_written,
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok().filter(|&prefix| prefix <= of_written).ok_or(NetworkError::Form)?
            }
            Some(_) => return Err(NetworkError::Form),
        };
        // The prefix of an IPv4-mapped address includes the bits of the mapping.
        let prefix = prefix.checked_sub(of_written - of_first).ok_or(NetworkError::Form)?;
        let network = Self { first: masked(first, prefix), prefix };
        if network.first == first { Ok(network) } else { Err(NetworkError::BitsBehindPrefix(network)) }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// `address` with all bits after `prefix` set to zero.
fn masked(address: IpAddr, prefix: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            IpAddr::V4((address.to_bits() & u32::MAX.checked_shl(32 - prefix).unwrap_or_default()).into())
        }
        IpAddr::V6(address) => {
            IpAddr::V6((address.to_bits() & u128::MAX.checked_shl(128 - prefix).unwrap_or_default()).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, inside: &[&str], outside: &[&str]) {
        let network: AddressRange = network.parse().unwrap();
        for (addresses, expected) in [(inside, true), (outside, false)] {
            for address in addresses {
                assert_eq!(network.contains(address.parse().unwrap()), expected, "{address} in {network}");
            }
        }
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_other() {
        check("10.0.0.1", &["10.0.0.1", "::ffff:10.0.0.1"], &["10.0.0.2", "10.0.0.0", "::1"]);
        check("10.0.0.0/8", &["10.0.0.0", "10.255.255.255"], &["9.255.255.255", "11.0.0.0", "a00::1"]);
        check("172.16.0.0/12", &["172.16.0.1", "172.31.255.255"], &["172.32.0.0"]);
        check("203.0.113.7/32", &["203.0.113.7"], &["203.0.113.6"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["2001:db8::1"]);
        check("fd00::/8", &["fd00::1", "fdff:ffff::1"], &["fe00::1", "10.0.0.1"]);
        check("::1", &["::1"], &["::2"]);
        check("::/0", &["2001:db8::1"], &["10.0.0.1"]);
        check("::ffff:10.0.0.0/104", &["10.1.2.3"], &["11.0.0.1"]);
        check(" 10.0.0.0/8 ", &["10.1.2.3"], &[]);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "localhost",
            "10.0.0.1:80",
            "[::1]",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "::1/129",
            "10.0.0.0/255.0.0.0",
            "10.0.0.*",
            "10.0.0",
            "010.0.0.1",
            "10.0.0.0-10.0.0.9",
            "::ffff:0.0.0.0/64",
        ] {
            assert_eq!(text.parse::<AddressRange>(), Err(NetworkError::Form), "{text:?}");
        }
        let range = "10.0.0.0/8".parse().unwrap();
        assert_eq!("10.0.0.1/8".parse::<AddressRange>(), Err(NetworkError::BitsBehindPrefix(range)));
    }
}
