//! The address of a client: that of the connection, or the one that a trusted proxy names in `X-Forwarded-For`. Any client
//! can send that header, so it counts from configured proxies only.

use std::{net::IpAddr, sync::Once};

use axum::http::HeaderMap;

use crate::config::AddressRange;

/// The address of the client behind `connection`.
pub(crate) fn client_address(connection: IpAddr, headers: &HeaderMap, trusted: &[AddressRange]) -> IpAddr {
    let mut client = connection.to_canonical();
    // A client may send any bytes in the header. They must not hide the entries that the proxies appended.
    let forwarded: Vec<_> =
        headers.get_all("x-forwarded-for").iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    // An empty entry of a list means nothing (RFC 9110, 5.6.1).
    let hops: Vec<&str> =
        forwarded.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|hop| !hop.is_empty()).collect();
    // Each proxy appends the address that it saw: read from the right, for as long as the writer of an entry is trusted.
    for hop in hops.iter().rev() {
        if !is_trusted(client, trusted) {
            if client == connection.to_canonical() {
                static ONCE: Once = Once::new();
                ONCE.call_once(|| {
                    tracing::warn!(
                        "X-Forwarded-For comes from an address that is not in trusted_proxies: if that is your proxy's, all \
                         its callers share one limit"
                    );
                });
            }
            break;
        }
        let Some(address) = hop_address(hop) else {
            static ONCE: Once = Once::new();
            ONCE.call_once(|| {
                tracing::warn!("X-Forwarded-For of a trusted proxy names no address: its callers share one limit");
            });
            break;
        };
        client = address.to_canonical();
    }
    client
}

/// The address in one entry of `X-Forwarded-For`. Proxies write it bare, with a port, in brackets, in quotes, or with the zone
/// of a link. The port does not identify the client.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"').trim();
    let address = match hop.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        // One colon separates an IPv4 address from its port; an IPv6 address has at least two.
        None if hop.matches(':').count() == 1 => hop.split_once(':')?.0,
        None => hop,
    };
    address.split('%').next()?.parse().ok()
}

/// Whether `connection` comes from a trusted proxy.
pub(crate) fn is_trusted(connection: IpAddr, trusted: &[AddressRange]) -> bool {
    trusted.iter().any(|network| network.contains(connection.to_canonical()))
}

/// The key under which a client is counted: its IPv4 address, or the /64 that one IPv6 customer has.
pub(crate) fn client_network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn address_of(connection: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusted = [PROXY.parse().unwrap(), "172.16.0.0/12".parse().unwrap()];
        client_address(connection.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_does_not_choose_its_own_address() {
        assert_eq!(address_of("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_the_last_hop_only() {
        assert_eq!(address_of(PROXY, &["1.2.3.4, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of(PROXY, &["1.2.3.4", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of(PROXY, &["nonsense"]), PROXY);
        assert_eq!(address_of(PROXY, &[]), PROXY);
    }

    #[test]
    fn an_address_is_read_as_each_proxy_writes_it() {
        for (written, address) in [
            ("203.0.113.9:4567", "203.0.113.9"),
            (" 203.0.113.9 ", "203.0.113.9"),
            ("203.0.113.9:99999", "203.0.113.9"),
            ("[2001:db8::9]:4567", "2001:db8::9"),
            ("[2001:db8::9]", "2001:db8::9"),
            ("2001:db8::9", "2001:db8::9"),
            ("\"[2001:db8::9]:4567\"", "2001:db8::9"),
            ("\"203.0.113.9\"", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
            ("fe80::1%eth0", "fe80::1"),
            ("203.0.113.9,", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9:4567, 172.31.0.7:80", "203.0.113.9"),
            ("niët, 203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(address_of(PROXY, &[written]), address, "{written:?}");
        }
        for nobody in ["unknown", "_hidden", ":4567", "[2001:db8::9", "203.0.113", "localhost:80", "for=203.0.113.9"] {
            assert_eq!(address_of(PROXY, &[nobody]), PROXY, "{nobody:?}");
        }
    }

    #[test]
    fn a_proxy_within_a_trusted_range_is_believed_and_one_outside_is_not() {
        assert_eq!(address_of("172.20.1.2", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of("::ffff:172.20.1.2", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of("172.32.0.1", &["203.0.113.9"]), "172.32.0.1");
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        assert_eq!(client_network("2001:db8::1".parse().unwrap()), client_network("2001:db8::ffff:2".parse().unwrap()));
        assert_ne!(client_network("2001:db8::1".parse().unwrap()), client_network("2001:db8:0:1::1".parse().unwrap()));
    }
}
