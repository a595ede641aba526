# SPDX-License-Identifier: Apache-2.0
# cmake --install: the headers, the library, and what find_package() and
# pkg-config need to find both. Nothing installed knows where it was built or
# is installed: the tree may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_property(TARGET arm_vcpu PROPERTY INTERFACE_INCLUDE_DIRECTORIES
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/arm_vcpu
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS arm_vcpu EXPORT arm_vcpu
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/arm_vcpu)
install(EXPORT arm_vcpu NAMESPACE arm_vcpu:: FILE arm_vcpuConfig.cmake
        DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/arm_vcpuConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/arm_vcpuConfigVersion.cmake
        DESTINATION ${package_dir})

set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH PC_TO_INCLUDE /${pc_dir} /${CMAKE_INSTALL_INCLUDEDIR})
configure_file(${PROJECT_SOURCE_DIR}/cmake/arm_vcpu.pc.in
               ${PROJECT_BINARY_DIR}/arm_vcpu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/arm_vcpu.pc DESTINATION ${pc_dir})
