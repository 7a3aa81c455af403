#include "coordinator/spec/addon_defaults.h"

#include <algorithm>

namespace devstats::spec {
namespace {

using Images = std::vector<const char*>;

const Images& OpenEbsImages() {
  static const auto* const names = new Images{"provisioner", "helper"};
  return *names;
}
const Images& NfsImages() {
  static const auto* const names = new Images{"provisioner"};
  return *names;
}
const Images& MetalLbImages() {
  static const auto* const names = new Images{"controller", "speaker"};
  return *names;
}
const Images& IngressImages() {
  static const auto* const names = new Images{"controller", "certgen"};
  return *names;
}
const Images& CertManagerImages() {
  static const auto* const names =
      new Images{"controller", "webhook", "cainjector", "acmesolver", "startupapicheck"};
  return *names;
}
const Images& DashboardImages() {
  static const auto* const names = new Images{"dashboard"};
  return *names;
}

template <const Images& (*names)()>
bool IsAmong(absl::string_view text) {
  return std::find(names().begin(), names().end(), text) != names().end();
}

constinit const Grammar kOpenEbsImage = {"one of the images: provisioner, helper", IsAmong<OpenEbsImages>};
constinit const Grammar kNfsImage = {"one of the images: provisioner", IsAmong<NfsImages>};
constinit const Grammar kMetalLbImage = {"one of the images: controller, speaker", IsAmong<MetalLbImages>};
constinit const Grammar kIngressImage = {"one of the images: controller, certgen", IsAmong<IngressImages>};
constinit const Grammar kCertManagerImage = {
    "one of the images: controller, webhook, cainjector, acmesolver, startupapicheck",
    IsAmong<CertManagerImages>};
constinit const Grammar kDashboardImage = {"one of the images: dashboard", IsAmong<DashboardImages>};

}  // namespace

constinit const AddonDefaults kOpenEbsDefaults = {
    "openebs",
    "OpenEBS: volumes on the boxes' own disks, of class openebs-hostpath; its other engines stay off.",
    "openebs",
    "https://openebs.github.io/openebs",
    "4.2.0",
    "openebs",
    "10m",
    &kOpenEbsImage,
    "{provisioner: \"docker.io/openebs/provisioner-localpv:4.2.0@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};
constinit const AddonDefaults kNfsDefaults = {
    "nfs",
    "An NFS server within the cluster, for volumes that several pods share; it keeps them on one volume of "
    "another "
    "class.",
    "nfs-server-provisioner",
    "https://kubernetes-sigs.github.io/nfs-ganesha-server-and-external-provisioner",
    "1.8.0",
    "default",
    "10m",
    &kNfsImage,
    "{provisioner: \"registry.k8s.io/sig-storage/nfs-provisioner:v4.0.8@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};
constinit const AddonDefaults kMetalLbDefaults = {
    "metallb",
    "MetalLB: addresses for Services of type LoadBalancer where no cloud gives them, announced on the "
    "network (L2).",
    "metallb",
    "https://metallb.github.io/metallb",
    "0.15.2",
    "metallb-system",
    "5m",
    &kMetalLbImage,
    "{controller: \"quay.io/metallb/controller:v0.15.2@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};
constinit const AddonDefaults kIngressNginxDefaults = {
    "ingressNginx",
    "ingress-nginx, once for each environment, each with its own class and for its own namespace.",
    "ingress-nginx",
    "https://kubernetes.github.io/ingress-nginx",
    "4.15.1",
    "",
    "5m",
    &kIngressImage,
    "{controller: \"registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};
constinit const AddonDefaults kCertManagerDefaults = {
    "certManager",
    "cert-manager: certificates by ACME for the hosts of Ingresses.",
    "cert-manager",
    "https://charts.jetstack.io",
    "v1.21.1",
    "cert-manager",
    "5m",
    &kCertManagerImage,
    "{controller: \"quay.io/jetstack/cert-manager-controller:v1.21.1@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};
constinit const AddonDefaults kDashboardDefaults = {
    "dashboard",
    "A dashboard of the cluster: Headlamp, the successor of kubernetes-dashboard, which is no longer kept.",
    "headlamp",
    "https://kubernetes-sigs.github.io/headlamp",
    "0.45.0",
    "kubernetes-dashboard",
    "5m",
    &kDashboardImage,
    "{dashboard: \"ghcr.io/headlamp-k8s/headlamp:v0.45.0@sha256:"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"};

const Images& ImageNames(const AddonDefaults& addon) {
  if (&addon == &kOpenEbsDefaults) return OpenEbsImages();
  if (&addon == &kNfsDefaults) return NfsImages();
  if (&addon == &kMetalLbDefaults) return MetalLbImages();
  if (&addon == &kIngressNginxDefaults) return IngressImages();
  if (&addon == &kCertManagerDefaults) return CertManagerImages();
  return DashboardImages();
}

}  // namespace devstats::spec
